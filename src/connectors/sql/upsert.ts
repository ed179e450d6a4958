import { failed } from '../../errors.ts';
import type { Row } from '../../values/sql-type.ts';
import { type BoundTable, bind, byKey } from './bound-table.ts';
import { list } from './dialect.ts';
import { parts } from './parts.ts';
import type { Binding, Session } from './session.ts';
import { textByCount } from './text-by-count.ts';
import { refuseHeavy, weight } from './weight.ts';

/** Rows of one statement: more do not make it faster. */
const MOST_ROWS = 2000;

/** Inserts rows or replaces those of the same key, whole. No two rows have the same key. */
export function upserter(table: BoundTable): (session: Session, rows: readonly Row[]) => Promise<void> {
  const names = (columns: BoundTable['columns']) => columns.map(({ name }) => name);
  const { keys, others, dialect } = table;
  const insert = inserter(table, dialect.replace(names(keys), names(others)));
  return (session, rows) => insert(rows, (sql, bindings) => session.run(sql, bindings));
}

/** Inserts the rows whose key is not there; says how many those were. */
export function absentInserter(
  table: BoundTable,
): (session: Session, rows: readonly Row[]) => Promise<number> {
  const insert = inserter(table, table.dialect.keep(table.keys.map(({ name }) => name)));
  return async (session, rows) => {
    let inserted = 0;
    await insert(rows, async (sql, bindings) => {
      inserted += await session.count(sql, bindings);
    });
    return inserted;
  };
}

type Send = (sql: string, bindings: readonly Binding[]) => Promise<void>;

function inserter(table: BoundTable, end: string): (rows: readonly Row[], send: Send) => Promise<void> {
  const { columns, keys, dialect } = table;
  const one = `(${list('?', columns.length)})`;
  const head = `INSERT INTO ${table.name} (${columns.map(({ name }) => name).join(', ')}) VALUES `;
  const text = textByCount((n) => head + list(one, n) + end);
  const most = Math.min(MOST_ROWS, Math.floor(dialect.parameters / columns.length));
  const order = byKey(table);
  const weigh = (row: Row) => weight(columns, row);
  return async (rows, send) => {
    for (const part of parts([...rows].sort(order), most, dialect.bytes, weigh)) {
      if (part.length === 1) refuseHeavy(table, part);
      const bindings: Binding[] = [];
      for (const row of part) {
        // SQLite would make a number of its own for a NULL in an integer key.
        for (const { column } of keys)
          if (row[column] === null) throw failed(`table ${table.schema.name}: key column ${column} is NULL`);
        bind(bindings, columns, row);
      }
      await send(text(part.length), bindings);
    }
  };
}
