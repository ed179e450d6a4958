import type { Row } from '../../values/sql-type.ts';
import type { WriteBack } from '../database.ts';
import { type BoundTable, bind, byKey } from './bound-table.ts';
import { parts } from './parts.ts';
import type { Binding, Session } from './session.ts';
import { textByCount } from './text-by-count.ts';
import { absentInserter } from './upsert.ts';
import { refuseHeavy, weight } from './weight.ts';

interface Replacement extends WriteBack {
  readonly read: Row;
}

/**
 * Replaces rows where the table still holds what was read, and inserts those that were not there where they still are not.
 * @returns how many write-backs found another row than was read
 */
export function writeBacker(
  table: BoundTable,
): (session: Session, writeBacks: readonly WriteBack[]) => Promise<number> {
  const { keys, others, columns, dialect } = table;
  const insert = absentInserter(table);
  const shape = { table: table.name, keys, others };
  const text = textByCount((n) => dialect.update(shape, n));
  const order = byKey(table);
  const most = Math.min(
    dialect.updateRows,
    Math.floor(dialect.parameters / (keys.length + 2 * others.length)),
  );
  const weigh = ({ read, row }: Replacement) => weight(columns, read) + weight(others, row);
  return async (session, writeBacks) => {
    const inserts = writeBacks.filter(({ read }) => read === null).map(({ row }) => row);
    const updates = writeBacks
      .filter((writeBack): writeBack is Replacement => writeBack.read !== null)
      .sort((a, b) => order(a.row, b.row));
    let applied = 0;
    for (const part of parts(updates, most, dialect.bytes, weigh)) {
      const bindings: Binding[] = [];
      for (const { read, row } of part) {
        if (part.length === 1) refuseHeavy(table, [read, row]);
        bind(bindings, keys, row);
        bind(bindings, others, read);
        bind(bindings, others, row);
      }
      applied += await session.count(text(part.length), bindings);
    }
    if (inserts.length > 0) applied += await insert(session, inserts);
    return writeBacks.length - applied;
  };
}
