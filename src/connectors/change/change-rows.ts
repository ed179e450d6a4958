import type { ColumnSchema, SourceSchema } from '../../plan/schema.ts';
import type { Row } from '../../values/sql-type.ts';
import { type JsonReader, jsonKinds, jsonReader, textReader } from '../format/column-reader.ts';
import { Fault } from '../format/fault.ts';
import { type JsonLine, lineReader } from '../format/json-row.ts';
import type { Change, ChangeSpec } from './change.ts';

/** Makes changes of the objects in which a producer writes rows. */
export interface ChangeRows {
  /** The object is the key's row from now on. */
  upsert(row: JsonLine): Change | Fault;
  /** The row of the object's key is gone. */
  remove(key: JsonLine): Change | Fault;
  /** Do both have the same key? */
  sameKey(one: Change, other: Change): boolean;
}

/** A value of any type may be written as text: as databases' own logs have it. */
function anyReader(column: ColumnSchema): JsonReader {
  const read = jsonReader(column);
  if (jsonKinds(column).includes('string')) return read;
  const readText = textReader(column);
  return (value, source) => (typeof value === 'string' ? readText(value) : read(value, source));
}

/** Makes changes of a source's rows. */
export function changeRows(schema: SourceSchema, { keep, primaryKey }: ChangeSpec): ChangeRows {
  const readRow = lineReader(schema.columns, keep, anyReader);
  const keys = schema.columns.filter(({ name }) => primaryKey.includes(name));
  const readKey = lineReader(
    keys.map((column) => ({ ...column, nullable: false })),
    keep.filter((name) => primaryKey.includes(name)),
    anyReader,
  );
  const nothing: Row = Object.fromEntries(keep.map((name) => [name, null]));
  const made = (deleted: boolean, row: Row | Fault): Change | Fault =>
    row instanceof Fault ? row : { deleted, row: deleted ? { ...nothing, ...row } : row };
  return {
    upsert: (row) => made(false, readRow(row)),
    remove: (key) => made(true, readKey(key)),
    sameKey: (one, other) => primaryKey.every((name) => one.row[name] === other.row[name]),
  };
}

/** The changes of a row that replaces another: the other's key is gone where it is another key. */
export function replaced(rows: ChangeRows, old: JsonLine, now: JsonLine): readonly Change[] | Fault {
  const before = rows.remove(old);
  if (before instanceof Fault) return before;
  const after = rows.upsert(now);
  if (after instanceof Fault) return after;
  return rows.sameKey(before, after) ? [after] : [before, after];
}

/** One change, or why there is none. */
export const only = (change: Change | Fault): readonly Change[] | Fault =>
  change instanceof Fault ? change : [change];

/** Changes of several rows, in order; a fault of one is the message's. */
export function each<T>(
  items: readonly T[],
  changesOf: (item: T, i: number) => readonly Change[] | Fault,
): readonly Change[] | Fault {
  const changes: Change[] = [];
  for (const [i, item] of items.entries()) {
    const found = changesOf(item, i);
    if (found instanceof Fault) return found;
    changes.push(...found);
  }
  return changes;
}
