import type { Row } from '../../values/sql-type.ts';
import { list } from './dialect.ts';
import type { Binding, Session } from './session.ts';
import { type BoundTable, bind, byKey, parts, refuseHeavy, textByCount, weight } from './statement.ts';

/** Rows of one statement: more do not make it faster. */
const MOST_ROWS = 2000;

/** Writes rows; says how many went in. */
export type Inserter = (session: Session, rows: readonly Row[]) => Promise<number>;

/** Inserts rows or replaces those of the same key, whole. No two rows have the same key. */
export function upserter(table: BoundTable): Inserter {
  const { keys, others, dialect } = table;
  const names = (columns: BoundTable['columns']) => columns.map(({ name }) => name);
  return inserter(table, dialect.replace(names(keys), names(others)));
}

/** Inserts the rows whose key is not there; the count says how many those were. */
export function absentInserter(table: BoundTable): Inserter {
  return inserter(table, table.dialect.keep(table.keys.map(({ name }) => name)));
}

function inserter(table: BoundTable, end: string): Inserter {
  const { columns, dialect } = table;
  const one = `(${list('?', columns.length)})`;
  const head = `INSERT INTO ${table.name} (${columns.map(({ name }) => name).join(', ')}) VALUES `;
  const text = textByCount((n) => head + list(one, n) + end);
  const most = Math.min(MOST_ROWS, Math.floor(dialect.parameters / columns.length));
  const order = byKey(table);
  const weigh = (row: Row) => weight(columns, row);
  return async (session, rows) => {
    let inserted = 0;
    for (const part of parts([...rows].sort(order), most, dialect.bytes, weigh)) {
      if (part.length === 1) refuseHeavy(table, part);
      const bindings: Binding[] = [];
      for (const row of part) bind(bindings, columns, row);
      inserted += await session.run(text(part.length), bindings);
    }
    return inserted;
  };
}
