import { encodeKey } from '../../values/key.ts';
import type { Row } from '../../values/sql-type.ts';
import { type BoundTable, bind } from './bound-table.ts';
import { parts } from './parts.ts';
import { rowReader, selectList } from './read-row.ts';
import type { Binding, Session } from './session.ts';
import { textByCount } from './text-by-count.ts';
import { weight } from './weight.ts';

const MOST_KEYS = 5000;

/**
 * The rows of keys, by place, null where there is none. The database may find more than was asked for (a collation that ignores
 * case or blanks): what comes back is matched to the keys byte by byte.
 */
export function finder(
  label: string,
  table: BoundTable,
  writtenBack: boolean,
): (session: Session, keys: readonly Row[]) => Promise<readonly (Row | null)[]> {
  const { keys: columns, dialect, schema } = table;
  const names = columns.map(({ name }) => name);
  const parameters = columns.map(({ form }) => form.parameter);
  const head = `SELECT ${selectList(table)} FROM ${table.name} WHERE `;
  const text = textByCount((n) => head + dialect.keyIn(names, parameters, n));
  const most = Math.min(MOST_KEYS, Math.floor(dialect.parameters / columns.length));
  const read = rowReader(label, table, writtenBack);
  const keyOf = encodeKey(schema.primaryKey);
  const weigh = (key: Row) => weight(columns, key);
  return async (session, keys) => {
    const found: (Row | null)[] = keys.map(() => null);
    const places = new Map(keys.map((key, i) => [keyOf(key), i]));
    for (const part of parts(keys, most, dialect.bytes, weigh)) {
      const bindings: Binding[] = [];
      for (const key of part) bind(bindings, columns, key);
      for (const raw of await session.rows(text(part.length), bindings)) {
        const place = places.get(keyOf(read.key(raw)));
        if (place !== undefined) found[place] = read.row(raw);
      }
    }
    return found;
  };
}
