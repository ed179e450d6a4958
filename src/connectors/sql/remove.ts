import type { Row } from '../../values/sql-type.ts';
import { type BoundTable, bind, byKey } from './bound-table.ts';
import { parts } from './parts.ts';
import type { Binding, Session } from './session.ts';
import { textByCount } from './text-by-count.ts';
import { weight } from './weight.ts';

const MOST_ROWS = 2000;

/** Deletes rows by primary key; those that are not there are no error. */
export function remover(table: BoundTable): (session: Session, rows: readonly Row[]) => Promise<void> {
  const { keys, dialect } = table;
  const names = keys.map(({ name }) => name);
  const parameters = keys.map(({ form }) => form.parameter);
  const text = textByCount((n) => `DELETE FROM ${table.name} WHERE ${dialect.keyIn(names, parameters, n)}`);
  const most = Math.min(MOST_ROWS, Math.floor(dialect.parameters / keys.length));
  const order = byKey(table);
  const weigh = (row: Row) => weight(keys, row);
  return async (session, rows) => {
    for (const part of parts([...rows].sort(order), most, dialect.bytes, weigh)) {
      const bindings: Binding[] = [];
      for (const row of part) bind(bindings, keys, row);
      await session.run(text(part.length), bindings);
    }
  };
}
