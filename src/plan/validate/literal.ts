import { decimalOf, type SqlType, type Value } from '../../values/sql-type.ts';

const FRACTION = "a fraction: write .toDouble() or .cast('DECIMAL(p,s)') first";

/** What is wrong with a literal of a type; undefined: it is a value of it. */
export function literalFault(type: SqlType, value: Value): string | undefined {
  if (value === null || isValue(type, value)) return undefined;
  const fraction = typeof value === 'number' && Number.isFinite(value) && !Number.isInteger(value);
  if (fraction && (type === 'INT' || type === 'BIGINT')) return `${value} is ${FRACTION}`;
  return `${typeof value === 'string' ? `'${value}'` : value} is no ${type}`;
}

function isValue(type: SqlType, value: Exclude<Value, null>): boolean {
  switch (type) {
    case 'INT':
      return typeof value === 'number' && (value | 0) === value;
    case 'BIGINT':
    case 'TIMESTAMP(3)':
    case 'DATE':
      return Number.isSafeInteger(value);
    case 'BIGINT(bigint)':
      return typeof value === 'bigint' && BigInt.asIntN(64, value) === value;
    case 'DOUBLE':
      return Number.isFinite(value);
    case 'VARCHAR':
      return typeof value === 'string';
    case 'BOOLEAN':
      return typeof value === 'boolean';
    default: {
      const precision = decimalOf(type)?.precision ?? 0;
      const limit = 10n ** BigInt(precision);
      return typeof value === 'bigint' && -limit < value && value < limit;
    }
  }
}
