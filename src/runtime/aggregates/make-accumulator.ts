import type { AggregateName } from '../../plan/expression.ts';
import { comparator } from '../../values/compare.ts';
import type { SqlType } from '../../values/sql-type.ts';
import type { Accumulator } from './accumulator.ts';
import { Average } from './avg.ts';
import { Count } from './count.ts';
import { CountDistinct } from './count-distinct.ts';
import { AppendExtreme, RetractableExtreme } from './min-max.ts';
import { BigintSum, NumberSum } from './sum.ts';

/** What an aggregate is over. */
export interface AggregateSpec {
  /** Type of the argument; null: `count` of rows. */
  readonly of: SqlType | null;
  /** Type of the result. */
  readonly type: SqlType;
  /** Can values be taken back? */
  readonly retracts: boolean;
}

const isBigint = (type: SqlType): boolean => type === 'BIGINT(bigint)' || type.startsWith('DECIMAL');

function extreme(spec: AggregateSpec, sign: 1 | -1): Accumulator {
  const ascending = comparator(spec.type);
  const compare: typeof ascending = (a, b) => sign * ascending(a, b);
  return spec.retracts ? new RetractableExtreme(compare, spec.type) : new AppendExtreme(compare, spec.type);
}

const makers: Readonly<Record<AggregateName, (spec: AggregateSpec) => Accumulator>> = {
  count: (spec) => new Count(spec.of !== null),
  countDistinct: (spec) => new CountDistinct(spec.of ?? 'VARCHAR'),
  sum: (spec) => (isBigint(spec.type) ? new BigintSum(spec.type) : new NumberSum(spec.type)),
  avg: (spec) => new Average(spec.of ?? 'DOUBLE', spec.type),
  min: (spec) => extreme(spec, 1),
  max: (spec) => extreme(spec, -1),
};

/** The accumulator of one aggregate for all groups. */
export const makeAccumulator = (name: AggregateName, spec: AggregateSpec): Accumulator => makers[name](spec);
