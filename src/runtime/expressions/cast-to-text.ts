import { formatDate } from '../../values/date.ts';
import { formatDecimal } from '../../values/decimal.ts';
import { show } from '../../values/show.ts';
import { decimalOf, type SqlType, type Value } from '../../values/sql-type.ts';
import { formatTimestamp } from '../../values/timestamp.ts';

/**
 * Values of a type as VARCHAR: integers as digits, a DOUBLE as JavaScript prints it, DECIMAL with its scale, TIMESTAMP(3) as
 * `2025-01-15 02:00:00.000` (UTC), DATE as `2025-01-15`, BOOLEAN as TRUE and FALSE.
 */
export function textOf(type: SqlType): (value: Value) => string {
  switch (type) {
    case 'BOOLEAN':
      return (value) => (value ? 'TRUE' : 'FALSE');
    case 'TIMESTAMP(3)':
      return (value) => formatTimestamp(value as number);
    case 'DATE':
      return (value) => formatDate(value as number);
    default: {
      const decimal = decimalOf(type);
      return decimal ? (value) => formatDecimal(value as bigint, decimal.scale) : String;
    }
  }
}

/** A value as errors show it: text in quotes and cut, the rest as its VARCHAR. */
export function display(type: SqlType, value: Value): string {
  return type === 'VARCHAR' || value === null ? show(value) : textOf(type)(value);
}
