import { RowError } from '../../errors.ts';
import type { SourceSchema } from '../../plan/schema.ts';
import { fromEdge } from '../../values/edge.ts';
import { ownMember } from '../../values/own-member.ts';
import type { Row, Value } from '../../values/sql-type.ts';

/** The same in every copy of this module that a program has. */
const KEY = Symbol.for('millrace.deleted');

/** Says among the rows of a keyed source that its key's row is gone. */
export interface Deleted<K extends object = object> {
  readonly [KEY]: K;
}

/**
 * In place of a row: the row of this key is gone. For iterables, Observables and `testJob`, of sources with a primary key.
 * @param key the columns of the primary key; others are not looked at
 * @example await testJob(byRegion, [{ id: 1, region: 'n', premium: 5 }, deleted({ id: 1 })])
 */
export const deleted = <K extends object>(key: K): Deleted<K> => Object.freeze({ [KEY]: key });

/** The key of what `deleted` made; undefined for all else. */
export const deletedKey = (object: object): object | undefined => (object as Partial<Deleted>)[KEY];

/**
 * Makes the row that says that a key's row is gone: its other columns are NULL.
 * @throws RowError where a column of the key is not of its type or is missing; where the source has no key
 */
export function deletedRow(
  { columns, primaryKey }: SourceSchema,
  keep: readonly string[],
): (key: object) => Row {
  const fields = columns.map((column) => ({ ...column, key: primaryKey?.includes(column.name) === true }));
  return (key) => {
    if (primaryKey === undefined)
      throw new RowError(
        'a row can only be gone of a source with a primary key: source({ … }, { primaryKey })',
      );
    const values = fields.map(({ name, type, nullable, key: isKey }): [string, Value] => {
      const value = isKey ? fromEdge(type, ownMember(key as Row, name), name) : null;
      if (isKey && value === null && !nullable) throw new RowError(`${type} NOT NULL is NULL`, name);
      return [name, value];
    });
    return Object.fromEntries(values.filter(([name]) => keep.includes(name)));
  };
}
