// SQL types are their own names: the same string tags a plan column, types a row and appears in messages.

/** A type that a column of a plan can have. `BIGINT(bigint)` is 64 bits exact, a JavaScript `bigint`. */
export type SqlType =
  | 'INT'
  | 'BIGINT'
  | 'BIGINT(bigint)'
  | 'DOUBLE'
  | `DECIMAL(${number},${number})`
  | 'VARCHAR'
  | 'BOOLEAN'
  | 'TIMESTAMP(3)'
  | 'DATE';

/**
 * A SQL value inside the engine. INT, BIGINT, DOUBLE: `number` (integers are safe integers, a DOUBLE is finite);
 * BIGINT(bigint): `bigint`; DECIMAL(p,s): `bigint`, units of 10^-s; VARCHAR: `string`; BOOLEAN: `boolean`;
 * TIMESTAMP(3): epoch milliseconds; DATE: days since 1970-01-01; NULL: `null`.
 */
export type Value = number | bigint | string | boolean | null;

/** A row: a plain object that nobody changes once it is made, its columns in schema order. */
export interface Row {
  readonly [column: string]: Value;
}

/** Precision and scale of a DECIMAL type; undefined for other types. */
export function decimalOf(type: SqlType): { precision: number; scale: number } | undefined {
  const match = /^DECIMAL\((\d+),(\d+)\)$/.exec(type);
  return match ? { precision: Number(match[1]), scale: Number(match[2]) } : undefined;
}

/** What may be compared with one another. */
export type TypeFamily = 'number' | 'text' | 'boolean' | 'timestamp' | 'date';

/** The family of a type. */
export function familyOf(type: SqlType): TypeFamily {
  switch (type) {
    case 'VARCHAR':
      return 'text';
    case 'BOOLEAN':
      return 'boolean';
    case 'TIMESTAMP(3)':
      return 'timestamp';
    case 'DATE':
      return 'date';
    default:
      return 'number';
  }
}
