import { decimalOf, type SqlType } from '../../values/sql-type.ts';
import { isInteger } from '../derive/numeric-type.ts';

/**
 * Does a table's column of type `wanted` take values of type `given`? BIGINT takes all integers, a DECIMAL one of its
 * scale (the precision is checked per value), any other type itself alone.
 */
export function accepts(wanted: SqlType, given: SqlType): boolean {
  if (wanted === 'BIGINT' || wanted === 'BIGINT(bigint)') return isInteger(given);
  const decimal = decimalOf(wanted);
  return decimal === undefined ? wanted === given : decimalOf(given)?.scale === decimal.scale;
}
