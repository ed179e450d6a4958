// One column of a record: from text or decoded JSON to the engine's value, exactly or not at all.
import type { ColumnSchema } from '../../plan/schema.ts';
import { parseDate } from '../../values/date.ts';
import { parseDecimal } from '../../values/decimal.ts';
import { numberParts, parseInteger, parseNumber } from '../../values/number-text.ts';
import { show } from '../../values/show.ts';
import { decimalOf, type Value } from '../../values/sql-type.ts';
import { FIRST_TIMESTAMP, LAST_TIMESTAMP, parseTimestamp } from '../../values/timestamp.ts';
import { Fault } from './fault.ts';
import { textFault } from './text-fault.ts';

/** A value from its text: a CSV field, the digits of a JSON number, the content of a JSON text. Never NULL. */
export type TextReader = (text: string) => Value | Fault;

/** A value that is not null from decoded JSON; `source` is its JSON text, where the digits are exact. */
export type JsonReader = (value: unknown, source: string) => Value | Fault;

/** Undefined: the text is no value of the type. */
type Parse = (text: string) => Value | undefined;

/** Reads the texts of a column. */
export function textReader(column: ColumnSchema): TextReader {
  const { name, type } = column;
  const parse = parserOf(column);
  return (text) => parse(text) ?? new Fault(`wanted ${type}, got ${textIn(type, text)}`, name);
}

/** Reads the JSON values of a column: a value of another JSON type is a fault, whatever its text would say. */
export function jsonReader(column: ColumnSchema): JsonReader {
  const { name, type } = column;
  const parse = parserOf(column);
  const kinds = jsonKinds(column);
  const texts = kinds.includes('string');
  const numbers = kinds.includes('number');
  return (value, source) => {
    if (typeof value === 'string' && texts)
      return parse(value) ?? new Fault(`wanted ${type}, got ${textIn(type, value)}`, name);
    if (typeof value === 'boolean' && type === 'BOOLEAN') return value;
    const read = typeof value === 'number' && numbers ? parse(source) : undefined;
    return (
      read ?? new Fault(`wanted ${type}, got ${typeof value === 'number' ? cut(source) : show(value)}`, name)
    );
  };
}

/** What JSON writes a value of the column as, and how its text is read. */
export type JsonKind = 'number' | 'string' | 'boolean';

/** The JSON types that a column takes. */
export function jsonKinds({ type, from }: ColumnSchema): readonly JsonKind[] {
  if (type === 'VARCHAR' || type === 'DATE') return ['string'];
  if (type === 'BOOLEAN') return ['boolean'];
  if (type === 'TIMESTAMP(3)') return [from === 'text' ? 'string' : 'number'];
  return decimalOf(type) ? ['number', 'string'] : ['number'];
}

function parserOf({ type, from }: ColumnSchema): Parse {
  switch (type) {
    case 'INT':
      return integer(-(2 ** 31), 2 ** 31 - 1);
    case 'BIGINT':
      return integer(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
    case 'BIGINT(bigint)':
      return (text) => {
        const value = parseInteger(text);
        return value !== undefined && BigInt.asIntN(64, value) === value ? value : undefined;
      };
    case 'DOUBLE':
      return parseNumber;
    case 'VARCHAR':
      return (text) => (textFault(text) === undefined ? text : undefined);
    case 'BOOLEAN':
      return (text) => (/^true$/i.test(text) ? true : /^false$/i.test(text) ? false : undefined);
    case 'DATE':
      return parseDate;
    case 'TIMESTAMP(3)':
      return from === 'text' ? parseTimestamp : instant(from === 'seconds' ? 3 : 0);
    default: {
      const { precision, scale } = decimalOf(type) as { precision: number; scale: number };
      return decimal(precision, scale);
    }
  }
}

const SHORT_INTEGER = /^-?\d{1,15}$/;

function integer(min: number, max: number): Parse {
  return (text) => {
    // "+ 0": an integer has no negative zero.
    const value = SHORT_INTEGER.test(text) ? Number(text) + 0 : Number(parseInteger(text) ?? Number.NaN);
    return value >= min && value <= max ? value : undefined;
  };
}

function decimal(precision: number, scale: number): Parse {
  return (text) => {
    const parts = numberParts(text);
    if (!parts || (parts.digits !== '' && parts.exponent < -scale)) return undefined;
    return parseDecimal(text, precision, scale);
  };
}

/** Epoch milliseconds of a number that counts units of 10^power milliseconds; what is finer is cut, as in text. */
function instant(power: number): Parse {
  return (text) => {
    const parts = numberParts(text);
    if (!parts) return undefined;
    const { digits, negative } = parts;
    const exponent = parts.exponent + power;
    if (digits.length + exponent > 15) return undefined;
    const kept = digits.slice(0, Math.max(0, digits.length + exponent));
    let millis = Number(`0${kept}`) * 10 ** Math.max(0, exponent);
    if (negative) millis = exponent < 0 && digits !== '' ? -millis - 1 : 0 - millis;
    return millis >= FIRST_TIMESTAMP && millis <= LAST_TIMESTAMP ? millis : undefined;
  };
}

/** A text of the wrong kind, for a message: its fault, where it has one. */
const textIn = (type: string, text: string): string =>
  (type === 'VARCHAR' ? textFault(text) : undefined) ?? show(text);

const cut = (digits: string): string => (digits.length <= 60 ? digits : `${digits.slice(0, 60)}…`);
