import { parseDate } from '../../values/date.ts';
import { parseDecimal } from '../../values/decimal.ts';
import { parseNumber } from '../../values/number-text.ts';
import { decimalOf, type SqlType } from '../../values/sql-type.ts';
import { parseTimestamp } from '../../values/timestamp.ts';
import { type Cast, integerIn } from './cast-number.ts';
import { integerRange } from './integer-range.ts';

const TRUE = /^\s*(true|t|yes|y|1)\s*$/i;
const FALSE = /^\s*(false|f|no|n|0)\s*$/i;

function toBoolean(text: string): boolean | undefined {
  if (TRUE.test(text)) return true;
  return FALSE.test(text) ? false : undefined;
}

/** The cast of text to another type. Blanks around a value do not count; a fraction rounds half up to an integer. */
export function textCast(to: SqlType): Cast {
  switch (to) {
    case 'DOUBLE':
      return (text) => parseNumber(text as string);
    case 'BOOLEAN':
      return (text) => toBoolean(text as string);
    case 'TIMESTAMP(3)':
      return (text) => parseTimestamp((text as string).trim());
    case 'DATE':
      return (text) => parseDate((text as string).trim());
    default:
      return toExact(to);
  }
}

function toExact(to: SqlType): Cast {
  const decimal = decimalOf(to);
  if (decimal) return (text) => parseDecimal(text as string, decimal.precision, decimal.scale);
  const inRange = integerIn(to);
  const digits = integerRange(to)?.digits ?? 0;
  return (text) => {
    const value = parseDecimal(text as string, digits, 0);
    return value === undefined ? undefined : inRange(value);
  };
}
