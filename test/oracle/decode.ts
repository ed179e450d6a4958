import type { SourceSchema, TableSchema } from '../../src/plan/schema.ts';
import { inRange } from './arithmetic.ts';
import { unitsIn } from './numbers.ts';
import { decimalParts, type Row, type SqlType, type Value } from './types.ts';

const WELL_FORMED = /^(?:[^\ud800-\udfff\0]|[\ud800-\udbff][\udc00-\udfff])*$/;
const YEAR_1 = Date.parse('0001-01-01T00:00:00Z');
const YEAR_10000 = Date.parse('9999-12-31T23:59:59.999Z') + 1;

/**
 * An object as a row of a source or table; null: it is none, and must be quarantined.
 * @param columns those that are looked at; others are NULL
 */
export function decoded(
  schema: SourceSchema | TableSchema,
  object: unknown,
  columns: readonly string[] = schema.columns.map(({ name }) => name),
): Row | null {
  if (typeof object !== 'object' || object === null) return null;
  const row: Record<string, Value> = {};
  for (const { name, type, nullable } of schema.columns) {
    if (!columns.includes(name)) {
      row[name] = null;
      continue;
    }
    const given = (object as Record<string, unknown>)[name] ?? null;
    const value = given === null ? null : typed(type, given);
    if (value === undefined || (value === null && !nullable)) return null;
    row[name] = value;
  }
  return row;
}

function typed(type: SqlType, given: unknown): Value | undefined {
  const decimal = decimalParts(type);
  if (decimal !== undefined) {
    const units = typeof given === 'string' ? unitsIn(given, decimal[1]) : undefined;
    return units === undefined ? undefined : inRange(units, type);
  }
  const number = typeof given === 'number' ? given : Number.NaN;
  switch (type) {
    case 'INT':
    case 'BIGINT':
      return Number.isInteger(number) ? inRange(BigInt(number), type) : undefined;
    case 'BIGINT(bigint)':
      return typeof given === 'bigint' ? inRange(given, type) : undefined;
    case 'DOUBLE':
      return Number.isFinite(number) ? number : undefined;
    case 'VARCHAR':
      return typeof given === 'string' && WELL_FORMED.test(given) ? given : undefined;
    case 'BOOLEAN':
      return typeof given === 'boolean' ? given : undefined;
    case 'TIMESTAMP(3)':
      return Number.isInteger(number) && number >= YEAR_1 && number < YEAR_10000 ? number : undefined;
    default:
      throw new Error(`the oracle does not decode ${type}`);
  }
}
