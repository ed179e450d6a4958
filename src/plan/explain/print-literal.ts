import { formatDate } from '../../values/date.ts';
import { formatDecimal } from '../../values/decimal.ts';
import { decimalOf, type SqlType, type Value } from '../../values/sql-type.ts';
import { formatTimestamp } from '../../values/timestamp.ts';

/** A literal as SQL writes it: text in quotes, DECIMAL by its digits, times as text. */
export function printLiteral(type: SqlType, value: Value): string {
  if (value === null) return 'NULL';
  if (type === 'TIMESTAMP(3)' && typeof value === 'number') return `'${formatTimestamp(value)}'`;
  if (type === 'DATE' && typeof value === 'number') return `'${formatDate(value)}'`;
  const decimal = decimalOf(type);
  if (decimal !== undefined && typeof value === 'bigint') return formatDecimal(value, decimal.scale);
  return typeof value === 'string' ? `'${value.replaceAll("'", "''")}'` : String(value);
}
