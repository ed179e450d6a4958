import { decimalOf, familyOf, type SqlType } from '../../values/sql-type.ts';
import type { Aggregate, AggregateName } from '../expression.ts';
import type { Column } from '../schema.ts';
import { expressionType, type ValueType } from './expression-type.ts';

type Numeric = 'sum' | 'avg';

/**
 * The type of an aggregate over rows of these columns. `sum` of INT is BIGINT, of DECIMAL(p,s) DECIMAL(38,s);
 * `avg` of integers is DOUBLE. It may be NULL where its argument may be, or where `where` may leave no row; counts never.
 * @throws Error that says what does not fit
 */
export function aggregateType(call: Aggregate, columns: readonly Column[], trusted = false): ValueType {
  const arg = call.arg === null ? undefined : expressionType(call.arg, columns, trusted);
  if (call.where !== null) {
    const { type } = expressionType(call.where, columns, trusted);
    if (type !== 'BOOLEAN') throw new Error(`where takes a test, not ${type}`);
  }
  if (call.name === 'count') {
    if (arg !== undefined) throw new Error('count takes no argument: it counts rows');
    return { type: 'BIGINT', nullable: false };
  }
  if (arg === undefined) throw new Error(`${call.name} takes an argument`);
  if (call.name === 'countDistinct') return { type: 'BIGINT', nullable: false };
  return { type: resultType(call.name, arg.type), nullable: arg.nullable || call.where !== null };
}

function resultType(name: Exclude<AggregateName, 'count' | 'countDistinct'>, arg: SqlType): SqlType {
  switch (name) {
    case 'min':
    case 'max':
      if (arg === 'BOOLEAN') throw new Error(`${name}: BOOLEAN has no order`);
      return arg;
    case 'sum':
    case 'avg':
      return numericResult(name, arg);
  }
}

function numericResult(name: Numeric, arg: SqlType): SqlType {
  if (familyOf(arg) !== 'number') throw new Error(`${name} takes numbers, not ${arg}`);
  const decimal = decimalOf(arg);
  if (decimal !== undefined) {
    return `DECIMAL(38,${name === 'sum' ? decimal.scale : Math.max(6, decimal.scale)})`;
  }
  if (name === 'avg') return 'DOUBLE';
  return arg === 'INT' ? 'BIGINT' : arg;
}
