import { wrong } from '../../errors.ts';
import { aggregateType } from '../../plan/derive/aggregate-type.ts';
import type { Aggregate, AggregateName } from '../../plan/expression.ts';
import { show } from '../../values/show.ts';
import { optionsOf } from './check.ts';
import type { BuildRow } from './row.ts';
import { site, there } from './site.ts';

/** An aggregate such as `sum('price')`, which learns its row only where it stands. */
interface AggregateCall {
  readonly name: AggregateName;
  /** A column as written; undefined for `count`. */
  readonly value: unknown;
  readonly where: unknown;
}

const calls = new WeakMap<object, AggregateCall>();

/** Makes the object that stands for an aggregate. */
export function aggregateCall(
  name: AggregateName,
  value: unknown,
  options: unknown,
): { readonly aggregate: AggregateName } {
  const { where } = optionsOf(name, options, ['where']);
  const object = Object.freeze({ aggregate: name });
  calls.set(object, { name, value, where });
  return object;
}

/** The aggregate that an object stands for, over the rows of `row`. */
export function aggregateOf(object: unknown, row: BuildRow): Aggregate {
  const call = typeof object === 'object' && object !== null ? calls.get(object) : undefined;
  if (!call) {
    throw wrong(there(site(), `agg wants aggregates such as sum('…'), not ${show(object)}`));
  }
  const { name, value, where } = call;
  const aggregate: Aggregate = Object.freeze({
    name,
    arg: name === 'count' ? null : row.cell(name, value).expression,
    where: where === undefined ? null : row.test(`where of ${name}`, where).expression,
  });
  try {
    aggregateType(aggregate, row.columns);
  } catch (error) {
    throw wrong(there(site(), (error as Error).message), error);
  }
  return aggregate;
}
