// How Tablestore holds each type's values. It has no columns of a type: every value that is read is checked.
import { formatDate, parseDate } from '../../values/date.ts';
import { formatDecimal, parseDecimal } from '../../values/decimal.ts';
import { numberParts } from '../../values/number-text.ts';
import { show } from '../../values/show.ts';
import { decimalOf, type SqlType, type Value } from '../../values/sql-type.ts';
import { FIRST_TIMESTAMP, LAST_TIMESTAMP } from '../../values/timestamp.ts';
import type { OtsColumnType, OtsValue } from './ots-port.ts';

type Present = Exclude<Value, null>;

/** The form of one type's values in Tablestore. */
export interface ColumnForm {
  readonly stored: Exclude<OtsColumnType, 'BINARY'>;
  encode(value: Present): OtsValue;
  /** Throws an `Error` with the reason where a value is none of the type. */
  decode(value: OtsValue): Present;
}

/** INT, BIGINT: INTEGER. TIMESTAMP(3): INTEGER, epoch milliseconds. DECIMAL: STRING, its exact text. DATE: STRING, `yyyy-MM-dd`. */
export function columnForm(type: SqlType): ColumnForm {
  const decimal = decimalOf(type);
  if (decimal) {
    const { precision, scale } = decimal;
    return {
      stored: 'STRING',
      encode: (value) => formatDecimal(value as bigint, scale),
      decode: (value) => decodeDecimal(textOf(value, type), type, precision, scale),
    };
  }
  return FORMS[type as Exclude<SqlType, `DECIMAL${string}`>];
}

const FORMS: Readonly<Record<Exclude<SqlType, `DECIMAL${string}`>, ColumnForm>> = {
  INT: integer('INT', -(2 ** 31), 2 ** 31 - 1),
  BIGINT: integer('BIGINT', Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER),
  'TIMESTAMP(3)': integer('TIMESTAMP(3)', FIRST_TIMESTAMP, LAST_TIMESTAMP),
  'BIGINT(bigint)': {
    stored: 'INTEGER',
    encode: (value) => value as bigint,
    decode: (value) => (typeof value === 'bigint' ? value : misfit(value, 'INTEGER', 'BIGINT')),
  },
  DOUBLE: {
    stored: 'DOUBLE',
    // −0 is 0 for the engine.
    encode: (value) => (value as number) + 0,
    decode: (value) =>
      typeof value === 'number' && Number.isFinite(value) ? value + 0 : misfit(value, 'DOUBLE', 'DOUBLE'),
  },
  VARCHAR: {
    stored: 'STRING',
    encode: (value) => value as string,
    decode: (value) => textOf(value, 'VARCHAR'),
  },
  BOOLEAN: {
    stored: 'BOOLEAN',
    encode: (value) => value as boolean,
    decode: (value) => (typeof value === 'boolean' ? value : misfit(value, 'BOOLEAN', 'BOOLEAN')),
  },
  DATE: {
    stored: 'STRING',
    encode: (value) => formatDate(value as number),
    decode: (value) => parseDate(textOf(value, 'DATE')) ?? noSuch(value, 'DATE'),
  },
};

function integer(type: SqlType, least: number, most: number): ColumnForm {
  return {
    stored: 'INTEGER',
    encode: (value) => BigInt(value as number),
    decode: (value) => {
      if (typeof value !== 'bigint') return misfit(value, 'INTEGER', type);
      if (value >= least && value <= most) return Number(value);
      const advice = type === 'BIGINT' ? ": declare the column bigint({ mode: 'bigint' })" : '';
      throw new Error(`${value} is beyond the range of ${type}${advice}`);
    },
  };
}

function decodeDecimal(text: string, type: SqlType, precision: number, scale: number): bigint {
  const parts = numberParts(text);
  if (!parts) return noSuch(text, type);
  if (parts.digits !== '' && parts.exponent < -scale)
    throw new Error(`${show(text)} has more than the ${scale} decimals of ${type}`);
  return parseDecimal(text, precision, scale) ?? noSuch(text, type);
}

const textOf = (value: OtsValue, type: SqlType): string =>
  typeof value === 'string' ? value : misfit(value, 'STRING', type);

const noSuch = (value: OtsValue, type: SqlType): never => {
  throw new Error(`${show(value)} is no ${type}`);
};

function misfit(value: OtsValue, stored: OtsColumnType, type: SqlType): never {
  const found = value instanceof Uint8Array ? 'BINARY' : `${storedType(value)} ${String(show(value))}`;
  throw new Error(`it is ${found}, and ${type} is declared, which is ${stored} in Tablestore`);
}

const storedType = (value: Exclude<OtsValue, Uint8Array>): OtsColumnType => {
  switch (typeof value) {
    case 'bigint':
      return 'INTEGER';
    case 'number':
      return 'DOUBLE';
    case 'boolean':
      return 'BOOLEAN';
    default:
      return 'STRING';
  }
};
