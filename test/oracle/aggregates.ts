import type { AggregateName } from '../../src/plan/expression.ts';
import { inRange, meanUnits } from './arithmetic.ts';
import { order } from './functions.ts';
import { keyText } from './key-text.ts';
import { exactSum } from './numbers.ts';
import { decimalParts, type SqlType, type Value } from './types.ts';

/** An aggregate over the values of a group: from the argument's type to the result's. */
export function aggregated(name: AggregateName, all: readonly Value[], from: SqlType, to: SqlType): Value {
  if (name === 'count') return all.length;
  const values = all.filter((value) => value !== null);
  if (name === 'countDistinct') return new Set(values.map((value) => keyText([value]))).size;
  if (values.length === 0) return null;
  switch (name) {
    case 'min':
      return values.reduce((best, value) => (order([value, from], [best, from]) < 0 ? value : best));
    case 'max':
      return values.reduce((best, value) => (order([value, from], [best, from]) > 0 ? value : best));
    case 'sum':
      if (to === 'DOUBLE') return exactSum(values as number[]);
      return inRange(total(values), to) ?? null;
    case 'avg': {
      const [scale, wanted] = [decimalParts(from)?.[1], decimalParts(to)?.[1]];
      if (scale !== undefined && wanted !== undefined)
        return meanUnits(total(values), values.length, scale, wanted);
      const sum = from === 'DOUBLE' ? exactSum(values as number[]) : Number(total(values));
      return sum / values.length;
    }
  }
}

const total = (values: readonly Value[]): bigint =>
  values.reduce<bigint>((sum, value) => sum + BigInt(value as number | bigint), 0n);
