// Values as user code and JSON see them: DECIMAL and DATE are text there, all others as inside.
import { RowError } from '../errors.ts';
import { formatDate, parseDate } from './date.ts';
import { decimalFromNumber, formatDecimal, parseDecimal } from './decimal.ts';
import { show } from './show.ts';
import { decimalOf, type Row, type SqlType, type Value } from './sql-type.ts';
import { FIRST_TIMESTAMP, formatTimestamp, LAST_TIMESTAMP, parseTimestamp } from './timestamp.ts';

/** How one type crosses the edge. NULL is handled outside. */
interface Edge {
  readonly to: (value: Value) => unknown;
  /** Undefined: the type has no such value. */
  readonly from: (edge: unknown) => Value | undefined;
  readonly json: (value: Value) => string;
}

const asIs = (value: Value): unknown => value;
const plainJson = (value: Value): string => String(value);

function integer(min: number, max: number): Edge {
  return {
    to: asIs,
    from: (edge) =>
      typeof edge === 'number' && Number.isInteger(edge) && edge >= min && edge <= max ? edge + 0 : undefined,
    json: plainJson,
  };
}

function decimal(precision: number, scale: number): Edge {
  const to = (value: Value): string => formatDecimal(value as bigint, scale);
  return {
    to,
    from(edge) {
      if (typeof edge === 'string') return parseDecimal(edge, precision, scale);
      return typeof edge === 'number' ? decimalFromNumber(edge, precision, scale) : undefined;
    },
    json: (value) => `"${to(value)}"`,
  };
}

function timestampFrom(edge: unknown): number | undefined {
  if (typeof edge === 'string') return parseTimestamp(edge);
  const millis = edge instanceof Date ? edge.getTime() : edge;
  if (typeof millis !== 'number' || !Number.isInteger(millis)) return undefined;
  return millis >= FIRST_TIMESTAMP && millis <= LAST_TIMESTAMP ? millis + 0 : undefined;
}

function bigintFrom(edge: unknown): bigint | undefined {
  if (typeof edge === 'bigint') return BigInt.asIntN(64, edge) === edge ? edge : undefined;
  return typeof edge === 'number' && Number.isSafeInteger(edge) ? BigInt(edge) : undefined;
}

/** Why no table can hold a text; undefined where one can. */
function textFault(text: string): string | undefined {
  if (text.includes('\0')) return 'text with U+0000';
  return text.isWellFormed() ? undefined : 'text with a lone surrogate';
}

/** Is it a text that every table can hold: without U+0000, without a lone surrogate? */
export const isText = (edge: unknown): edge is string =>
  typeof edge === 'string' && edge.isWellFormed() && !edge.includes('\0');

const EDGES: Readonly<Record<string, Edge>> = {
  INT: integer(-(2 ** 31), 2 ** 31 - 1),
  BIGINT: integer(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER),
  'BIGINT(bigint)': { to: asIs, from: bigintFrom, json: plainJson },
  DOUBLE: {
    to: asIs,
    from: (edge) => (typeof edge === 'number' && Number.isFinite(edge) ? edge : undefined),
    json: plainJson,
  },
  VARCHAR: {
    to: asIs,
    from: (edge) => (isText(edge) ? edge : undefined),
    json: (value) => JSON.stringify(value),
  },
  BOOLEAN: { to: asIs, from: (edge) => (typeof edge === 'boolean' ? edge : undefined), json: plainJson },
  'TIMESTAMP(3)': { to: asIs, from: timestampFrom, json: (value) => `"${formatTimestamp(value as number)}"` },
  DATE: {
    to: (value) => formatDate(value as number),
    from: (edge) => (typeof edge === 'string' ? parseDate(edge) : undefined),
    json: (value) => `"${formatDate(value as number)}"`,
  },
};

const decimals = new Map<SqlType, Edge>();

function edgeOf(type: SqlType): Edge {
  const edge = EDGES[type] ?? decimals.get(type);
  if (edge) return edge;
  const { precision, scale } = decimalOf(type) as { precision: number; scale: number };
  const made = decimal(precision, scale);
  decimals.set(type, made);
  return made;
}

/** A value for user code: DECIMAL as decimal text, DATE as `yyyy-MM-dd`, the rest as it is. */
export function toEdge(type: SqlType, value: Value): unknown {
  return value === null ? null : edgeOf(type).to(value);
}

/**
 * An engine value from user code or decoded JSON, checked, never coerced between text and numbers. `undefined` is NULL.
 * DECIMAL: text or number, rounded half up; TIMESTAMP(3): epoch milliseconds, a Date or its text; BIGINT(bigint): also a safe integer.
 *
 * @throws RowError with the wanted type and the value, and `column` where given
 */
export function fromEdge(type: SqlType, edge: unknown, column?: string): Value {
  if (edge === null || edge === undefined) return null;
  const value = edgeOf(type).from(edge);
  if (value !== undefined) return value;
  const fault = type === 'VARCHAR' && typeof edge === 'string' ? textFault(edge) : undefined;
  throw new RowError(`wanted ${type}, got ${fault ?? show(edge)}`, column);
}

/** A row as one JSON object: BIGINT(bigint) as digits, DECIMAL, DATE and TIMESTAMP(3) as text. */
export function jsonText(
  columns: readonly { readonly name: string; readonly type: SqlType }[],
  row: Row,
): string {
  let text = '{';
  for (const { name, type } of columns) {
    const value = row[name] ?? null;
    text += `${text.length > 1 ? ',' : ''}${JSON.stringify(name)}:${value === null ? 'null' : edgeOf(type).json(value)}`;
  }
  return `${text}}`;
}
