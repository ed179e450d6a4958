import { RowError, wrong } from '../../errors.ts';
import type { Expression } from '../../plan/expression.ts';
import { fromEdge } from '../../values/edge.ts';
import { show } from '../../values/show.ts';
import { decimalOf, type SqlType } from '../../values/sql-type.ts';
import { ClockInstant } from '../instant.ts';
import { site, there } from './site.ts';

type Literal = Extract<Expression, { op: 'literal' }>;
type Clock = Extract<Expression, { op: 'clock' }>;

const refuse = (message: string): never => {
  throw wrong(there(site(), message));
};

/** What a literal beside a type looks like in code. */
const wanted: Record<string, string> = {
  INT: 'a number',
  BIGINT: 'a number or an instant',
  'BIGINT(bigint)': 'a bigint, such as 5n',
  DOUBLE: 'a number',
  VARCHAR: 'a string',
  BOOLEAN: 'true or false',
  'TIMESTAMP(3)': 'a Date or an instant',
  DATE: "a day, such as '2025-01-15'",
};
const fraction = "a fraction: write .toDouble() or .cast('DECIMAL(p,s)') first";

/** Digits as an exact literal with just the precision and scale that they need; undefined: no decimal number of at most 38 digits. */
function exactDigits(text: string): Literal | undefined {
  const match = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,3}))?$/.exec(text);
  const [, sign = '', whole = '', part = '', power = '0'] = match ?? [];
  if (!match || whole + part === '') return undefined;
  const scale = Math.max(0, part.length - Number(power));
  const units = BigInt(whole + part) * 10n ** BigInt(scale - part.length + Number(power));
  const precision = Math.max(String(units).length, scale, 1);
  if (precision > 38) return undefined;
  return Object.freeze({
    op: 'literal',
    type: `DECIMAL(${precision},${scale})`,
    value: sign === '-' ? -units : units,
  });
}

/** An exact DECIMAL literal from digits (`'0.908'`) or from a number's shortest text. */
export function decimalLiteral(value: unknown): Literal {
  if (typeof value === 'string' || typeof value === 'number') {
    const literal = exactDigits(String(value));
    if (literal) return literal;
  }
  return refuse(`${show(value)} is no decimal number of at most 38 digits`);
}

function clock(instant: ClockInstant, type: Clock['type']): Clock {
  return Object.freeze({ op: 'clock', of: instant.of, shift: instant.shift, type });
}

/** What one wrote where a value of `type` stands, as exactly that type. */
export function literal(type: SqlType, value: unknown): Literal | Clock {
  const decimal = decimalOf(type);
  if (decimal) {
    const exact = decimalLiteral(value);
    const own = decimalOf(exact.type) ?? decimal;
    const units = exact.value as bigint;
    const scaled = units * 10n ** BigInt(Math.max(0, decimal.scale - own.scale));
    const digits = String(scaled < 0n ? -scaled : scaled).length;
    if (own.scale > decimal.scale || digits > decimal.precision) {
      refuse(`${show(value)} is no ${type}: it has too many digits`);
    }
    return Object.freeze({ op: 'literal', type, value: scaled });
  }
  if (value instanceof ClockInstant && (type === 'BIGINT' || type === 'TIMESTAMP(3)')) {
    return clock(value, type);
  }
  if ((type === 'INT' || type === 'BIGINT') && typeof value === 'number' && Number.isFinite(value)) {
    if (!Number.isInteger(value)) refuse(`${value} is ${fraction}`);
    if (type === 'INT' ? value !== (value | 0) : !Number.isSafeInteger(value)) {
      refuse(`${value} is beyond ${type}`);
    }
  }
  const refusedKind =
    (type === 'BIGINT(bigint)' && typeof value !== 'bigint') ||
    (type === 'TIMESTAMP(3)' && !(value instanceof Date)) ||
    value === null ||
    value === undefined;
  try {
    if (!refusedKind) return Object.freeze({ op: 'literal', type, value: fromEdge(type, value) });
  } catch (error) {
    if (!(error instanceof RowError)) throw error;
  }
  return refuse(`${show(value)} is no ${type}: write ${wanted[type]}`);
}

/** What one wrote beside a value of `type` that it is compared with: of its family, of no more digits than it needs. */
export function peer(type: SqlType, value: unknown): Literal | Clock {
  if (decimalOf(type)) return decimalLiteral(value);
  if (typeof value === 'number' && (type === 'INT' || type === 'BIGINT')) {
    if (!Number.isSafeInteger(value)) return literal('DOUBLE', value);
    return literal(value === (value | 0) ? type : 'BIGINT', value);
  }
  return literal(type, value);
}

/** A constant of its own type: text, a whole number (BIGINT), another number (DOUBLE), a bigint, a boolean, a time. */
export function constant(value: unknown): Literal | Clock {
  if (value instanceof ClockInstant) return clock(value, 'TIMESTAMP(3)');
  switch (typeof value) {
    case 'string':
      return literal('VARCHAR', value);
    case 'number':
      return literal(Number.isSafeInteger(value) ? 'BIGINT' : 'DOUBLE', value);
    case 'bigint':
      return literal('BIGINT(bigint)', value);
    case 'boolean':
      return literal('BOOLEAN', value);
    default:
      return value instanceof Date
        ? literal('TIMESTAMP(3)', value)
        : refuse(
            `${show(value)} is no constant: write a text, a number, a bigint, true, false, a Date or an instant`,
          );
  }
}

/** NULL of a type. */
export const nullLiteral = (type: SqlType): Literal => Object.freeze({ op: 'literal', type, value: null });
