import { formatDate } from '../../values/date.ts';
import { formatDecimal } from '../../values/decimal.ts';
import { decimalOf, type SqlType, type Value } from '../../values/sql-type.ts';
import { formatTimestamp } from '../../values/timestamp.ts';

/** The text of a value that is not NULL; undefined: the field cannot hold it. */
export type FieldWriter = (value: Value) => string | undefined;

/** The service's BIGINT lacks the least value of 64 bits. */
const LEAST = -(2n ** 63n);

const asText: FieldWriter = String;
const big: FieldWriter = (value) => (value === LEAST ? undefined : String(value));
const unsigned: FieldWriter = (value) => ((value as number | bigint) >= 0 ? String(value) : undefined);
const micros: FieldWriter = (value) =>
  (value as number) >= 0 ? String(BigInt(value as number) * 1000n) : undefined;

/** By the column's type: the types of fields that hold all its values exactly, and how. */
const WRITERS: Readonly<Record<string, Readonly<Record<string, FieldWriter>>>> = {
  INT: { INTEGER: asText, BIGINT: asText, DECIMAL: asText, DOUBLE: asText, STRING: asText },
  BIGINT: { BIGINT: asText, DECIMAL: asText, TIMESTAMP: unsigned, STRING: asText },
  'BIGINT(bigint)': { BIGINT: big, DECIMAL: asText, TIMESTAMP: unsigned, STRING: asText },
  DOUBLE: { DOUBLE: asText, STRING: asText },
  VARCHAR: { STRING: asText, JSON: asText },
  BOOLEAN: { BOOLEAN: asText, STRING: asText },
  'TIMESTAMP(3)': { TIMESTAMP: micros, BIGINT: asText, STRING: (value) => formatTimestamp(value as number) },
  DATE: { STRING: (value) => formatDate(value as number) },
};

/**
 * Writes a column's values as texts of a topic's field; undefined: the field does not hold them all. A BIGINT goes into TIMESTAMP as
 * microseconds, a time into TIMESTAMP as such, into BIGINT as milliseconds, into STRING as `2025-01-15 02:00:00.000` in UTC.
 */
export function fieldWriter(type: SqlType, fieldType: string): FieldWriter | undefined {
  const decimal = decimalOf(type);
  if (decimal === undefined) return WRITERS[type]?.[fieldType];
  if (fieldType !== 'DECIMAL' && fieldType !== 'STRING') return undefined;
  return (value) => formatDecimal(value as bigint, decimal.scale);
}
