import type { SqlType } from '../../values/sql-type.ts';

/** The least and the greatest value of an integer type. */
interface IntegerRange {
  readonly min: bigint;
  readonly max: bigint;
  /** Decimal digits that each value fits into. */
  readonly digits: number;
}

const SAFE = BigInt(Number.MAX_SAFE_INTEGER);
const RANGES: Readonly<Partial<Record<SqlType, IntegerRange>>> = {
  INT: { min: -(2n ** 31n), max: 2n ** 31n - 1n, digits: 10 },
  BIGINT: { min: -SAFE, max: SAFE, digits: 16 },
  'BIGINT(bigint)': { min: -(2n ** 63n), max: 2n ** 63n - 1n, digits: 19 },
};

/** The range of INT and BIGINT of either mode; undefined for other types. */
export const integerRange = (type: SqlType): IntegerRange | undefined => RANGES[type];
