// The form of each type's values that databases share: text, but for what a driver reads exactly as a number.
import { formatDate, parseDate } from '../../values/date.ts';
import { formatDecimal, parseDecimal } from '../../values/decimal.ts';
import { numberParts } from '../../values/number-text.ts';
import { show } from '../../values/show.ts';
import { decimalOf, type SqlType, type Value } from '../../values/sql-type.ts';
import { formatTimestamp, parseTimestamp } from '../../values/timestamp.ts';
import type { Binding } from './session.ts';

type Present = Exclude<Value, null>;

/** How values of one type are bound and read, whatever the database. */
export interface ValueForm {
  readonly encode: (value: Present) => Binding;
  readonly decode: (raw: unknown) => Present;
}

/** The form of a type; booleans and 64-bit integers are for each database to bind. */
export function valueForm(type: SqlType): ValueForm {
  const decimal = decimalOf(type);
  if (decimal) {
    const { precision, scale } = decimal;
    return {
      encode: (value) => formatDecimal(value as bigint, scale),
      decode: (raw) => decodeDecimal(raw, precision, scale),
    };
  }
  return FORMS[type as Exclude<SqlType, `DECIMAL${string}`>];
}

const asIs = (value: Present): Binding => value as Binding;
const FORMS: Readonly<Record<Exclude<SqlType, `DECIMAL${string}`>, ValueForm>> = {
  INT: { encode: asIs, decode: (raw) => decodeInteger(raw, 2 ** 31, 'INT') },
  BIGINT: { encode: asIs, decode: (raw) => decodeInteger(raw, 2 ** 53, 'BIGINT') },
  'BIGINT(bigint)': { encode: String, decode: decodeBigint },
  DOUBLE: { encode: asIs, decode: decodeDouble },
  VARCHAR: { encode: asIs, decode: decodeText },
  BOOLEAN: { encode: (value) => (value ? 1 : 0), decode: decodeBoolean },
  'TIMESTAMP(3)': { encode: (value) => formatTimestamp(value as number), decode: decodeTimestamp },
  DATE: { encode: (value) => formatDate(value as number), decode: decodeDate },
};

const isNot = (raw: unknown, wanted: string): Error => new Error(`${show(raw)} is no ${wanted}`);
const INTEGER = /^-?\d{1,20}$/;

function decodeInteger(raw: unknown, limit: number, type: string): number {
  const text = String(raw);
  if (!INTEGER.test(text)) throw isNot(raw, type);
  const value = Number(text);
  // 2^53 - 1 and -2^31 are in, 2^53 is not: it may be what 2^53 + 1 was rounded to.
  if (type === 'INT' ? value >= -limit && value < limit : Number.isSafeInteger(value)) return value + 0;
  throw new Error(
    type === 'INT'
      ? `${text} is beyond the range of INT: declare the column bigint()`
      : `${text} is beyond 2^53: declare the column bigint({ mode: 'bigint' })`,
  );
}

function decodeBigint(raw: unknown): bigint {
  const text = String(raw);
  if (!INTEGER.test(text)) throw isNot(raw, 'BIGINT');
  const value = BigInt(text);
  if (BigInt.asIntN(64, value) !== value) throw new Error(`${text} is beyond 64 bits`);
  return value;
}

function decodeDouble(raw: unknown): number {
  const value = typeof raw === 'string' && raw !== '' ? Number(raw) : raw;
  if (typeof value !== 'number' || !Number.isFinite(value)) throw isNot(raw, 'finite DOUBLE');
  return value;
}

function decodeDecimal(raw: unknown, precision: number, scale: number): bigint {
  const wanted = `DECIMAL(${precision},${scale})`;
  const parts = typeof raw === 'string' ? numberParts(raw) : undefined;
  if (!parts) throw isNot(raw, wanted);
  if (parts.digits !== '' && parts.exponent < -scale)
    throw new Error(`${raw} has more than the ${scale} decimals of ${wanted}`);
  const units = parseDecimal(raw as string, precision, scale);
  if (units === undefined) throw new Error(`${raw} is beyond the range of ${wanted}`);
  return units;
}

function decodeText(raw: unknown): string {
  if (typeof raw !== 'string') throw isNot(raw, 'text');
  return raw;
}

function decodeBoolean(raw: unknown): boolean {
  if (raw === 't' || raw === '1' || raw === 1) return true;
  if (raw === 'f' || raw === '0' || raw === 0) return false;
  throw isNot(raw, 'BOOLEAN');
}

function decodeTimestamp(raw: unknown): number {
  const value = typeof raw === 'string' ? parseTimestamp(raw) : undefined;
  if (value === undefined) throw isNot(raw, 'TIMESTAMP(3)');
  return value;
}

function decodeDate(raw: unknown): number {
  const value = typeof raw === 'string' ? parseDate(raw) : undefined;
  if (value === undefined) throw isNot(raw, 'DATE');
  return value;
}
