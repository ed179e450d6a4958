import { failed } from '../../errors.ts';
import { show } from '../../values/show.ts';
import type { Row } from '../../values/sql-type.ts';
import type { BoundColumn, BoundTable } from './bound-table.ts';

/** An upper bound of the bytes that a row's values take in a statement. */
export function weight(columns: readonly BoundColumn[], row: Row): number {
  let bytes = 0;
  for (const { column } of columns) {
    const value = row[column];
    // A UTF-16 unit is at most three bytes; an escaped character is two.
    bytes += typeof value === 'string' ? value.length * 3 + 40 : 40;
  }
  return bytes;
}

/** The bytes of a text in a statement: its UTF-8, and one more for what is escaped. */
function quotedBytes(text: string): number {
  let escaped = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 32 || unit === 34 /* " */ || unit === 39 /* ' */ || unit === 92 /* \\ */) escaped++;
  }
  return Buffer.byteLength(text) + escaped;
}

/**
 * Refuses (exit 1) a row that alone is more than the database takes in one statement: the server would hang up without a word.
 */
export function refuseHeavy(table: BoundTable, rows: readonly Row[]): void {
  let bytes = 0;
  for (const row of rows)
    for (const { column } of table.columns) {
      const value = row[column];
      bytes += typeof value === 'string' ? quotedBytes(value) : 40;
    }
  if (bytes <= table.dialect.bytes) return;
  throw failed(
    `table ${table.schema.name}, key ${showKey(table, rows[0] as Row)}: the row takes ${bytes} bytes in a statement, the database takes ${table.dialect.bytes} at most: raise its max_allowed_packet`,
  );
}

function showKey({ schema }: BoundTable, row: Row): string {
  return schema.primaryKey.map((name) => `${name} ${show(row[name])}`).join(', ');
}
