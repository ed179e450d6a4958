import type { TableSchema } from '../plan/schema.ts';
import type { ChangeSet } from '../runtime/change.ts';
import { comparator } from '../values/compare.ts';
import { toEdge } from '../values/edge.ts';
import { encodeKey, type KeyValue } from '../values/key.ts';
import { familyOf, type Row, type SqlType, type Value } from '../values/sql-type.ts';
import { formatTimestamp } from '../values/timestamp.ts';
import { readable } from './summary-text.ts';
import { type TextColumn, tableText } from './table-text.ts';

/** Rows that are remembered of a table: those that changed last. */
const MOST = 2000;

/** A value as a table for people shows it: a DOUBLE with twelve digits. */
function cellText(type: SqlType, value: Value): string {
  if (value === null) return 'NULL';
  if (type === 'DOUBLE') return String(Number.parseFloat((value as number).toPrecision(12)));
  return type === 'TIMESTAMP(3)' ? formatTimestamp(value as number) : String(toEdge(type, value));
}

/** A table of a database as its changes show it. Holds the rows that changed last. */
export class TableView {
  readonly #table: TableSchema;
  readonly #columns: readonly TextColumn[];
  readonly #key: (row: Row) => KeyValue;
  readonly #order: (a: Row, b: Row) => number;
  /** The row that changed last is the last one. */
  readonly #rows = new Map<KeyValue, Row>();
  #forgot = false;

  constructor(table: TableSchema) {
    this.#table = table;
    this.#columns = table.columns.map(({ name, type }) => ({
      name,
      align: familyOf(type) === 'number' ? 'right' : 'left',
    }));
    this.#key = encodeKey(table.primaryKey);
    const parts = table.primaryKey.map((name) => {
      const column = table.columns.find((c) => c.name === name);
      return [name, comparator(column?.type ?? 'VARCHAR')] as const;
    });
    this.#order = (a, b) => {
      for (const [name, compare] of parts) {
        const order = compare(a[name] as Value, b[name] as Value);
        if (order !== 0) return order;
      }
      return 0;
    };
  }

  /** Takes in the net effect of an epoch. */
  apply({ changes }: ChangeSet): void {
    for (const { kind, row } of changes) {
      if (kind === '-U') continue;
      const key = this.#key(row);
      this.#rows.delete(key);
      if (kind !== '-D') this.#rows.set(key, row);
    }
    for (const key of this.#rows.keys()) {
      if (this.#rows.size <= MOST) break;
      this.#rows.delete(key);
      this.#forgot = true;
    }
  }

  /** At most `height` lines: title, names, rule, and the rows by key; where they do not all fit, those that changed last. */
  lines(width: number, height: number): string[] {
    const { name, tableName } = this.#table;
    const title = name === tableName ? name : `${name} (${tableName})`;
    const size = this.#forgot ? `more than ${readable(MOST)}` : readable(this.#rows.size);
    const room = Math.max(1, height - 3);
    const all = [...this.#rows.values()];
    const shown = all.slice(-room).sort(this.#order);
    const which = shown.length < all.length ? `, the last ${shown.length} that changed` : '';
    const cells = shown.map((row) =>
      this.#table.columns.map((column) => cellText(column.type, row[column.name] ?? null)),
    );
    return [
      `${title}: ${size} row${all.length === 1 ? '' : 's'}${which}`,
      ...tableText(this.#columns, cells, width),
    ].slice(0, Math.max(1, height));
  }
}
