import { decimalOf, type SqlType } from '../../values/sql-type.ts';
import { columnsOf } from '../derive/columns.ts';
import { isInteger } from '../derive/numeric-type.ts';
import type { LookupNode } from '../node.ts';
import { noColumn } from './expression.ts';
import { repeated } from './repeated.ts';

/** The whole primary key is given, by columns of its types, and no column comes twice. */
export function lookupFaults({ input, table, on }: LookupNode): readonly string[] {
  const columns = columnsOf(input);
  const key = table.primaryKey;
  const given = on.map(([column]) => column);
  const carried = table.columns.map(({ name }) => name).filter((name) => !key.includes(name));
  return [
    ...key.filter((column) => !given.includes(column)).map((column) => `key column '${column}' is missing`),
    ...repeated(given).map((column) => `key column '${column}' is given twice`),
    ...given
      .filter((column) => !key.includes(column))
      .map((column) => `'${column}' is no part of the primary key, which is ${key.join(', ')}`),
    ...on.flatMap(([column, near]) => {
      const own = columns.find(({ name }) => name === near);
      if (own === undefined) return [noColumn(near, columns)];
      const wanted = table.columns.find(({ name }) => name === column);
      if (wanted === undefined || comparable(own.type, wanted.type)) return [];
      return [`column '${near}' is ${own.type}, but the key column '${column}' is ${wanted.type}`];
    }),
    ...carried
      .filter((name) => columns.some((column) => column.name === name))
      .map((name) => `this stream has a column '${name}' too: .rename({ …: '${name}' }) first`),
  ].map((fault) => `${table.name}: ${fault}`);
}

/** Integers meet integers, decimals decimals, and the rest its own type. */
function comparable(left: SqlType, right: SqlType): boolean {
  if (isInteger(left)) return isInteger(right);
  if (decimalOf(left) !== undefined) return decimalOf(right) !== undefined;
  return left === right;
}
