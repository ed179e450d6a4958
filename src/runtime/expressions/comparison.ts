import type { Value } from '../../values/sql-type.ts';
import { commonForm, equality, ordering } from './common-form.ts';
import { binary, type Make, mapped, type Operand, type Run } from './operand.ts';

/** A comparison: over values that JavaScript compares itself, and over the sign of an order. */
interface Comparison {
  readonly direct: (left: Run, right: Run) => Run;
  readonly ofOrder: (order: number) => boolean;
}

// One closure per operator, so that each has inline caches of its own.
const COMPARISONS: Readonly<Record<'gt' | 'gte' | 'lt' | 'lte', Comparison>> = {
  gt: {
    direct: (left, right) => (row) => {
      const x = left(row);
      const y = right(row);
      return x === null || y === null ? null : x > y;
    },
    ofOrder: (order) => order > 0,
  },
  gte: {
    direct: (left, right) => (row) => {
      const x = left(row);
      const y = right(row);
      return x === null || y === null ? null : x >= y;
    },
    ofOrder: (order) => order >= 0,
  },
  lt: {
    direct: (left, right) => (row) => {
      const x = left(row);
      const y = right(row);
      return x === null || y === null ? null : x < y;
    },
    ofOrder: (order) => order < 0,
  },
  lte: {
    direct: (left, right) => (row) => {
      const x = left(row);
      const y = right(row);
      return x === null || y === null ? null : x <= y;
    },
    ofOrder: (order) => order <= 0,
  },
};

/** `gt`, `gte`, `lt`, `lte`: NULL where a side is. */
export const comparison =
  (name: keyof typeof COMPARISONS): Make =>
  (args) => {
    const [left, right] = args as [Operand, Operand];
    const form = commonForm(left.type, right.type);
    const { direct, ofOrder } = COMPARISONS[name];
    const [a, b] = [mapped(left, form.left), mapped(right, form.right)];
    const { order } = form;
    return order ? binary(a, b, (x, y) => ofOrder(order(x, y))) : direct(a, b);
  };

/** Equal; NULL where a side is. */
export const eq: Make = (args) => {
  const [left, right] = args as [Operand, Operand];
  const { left: toLeft, right: toRight, equal } = commonForm(left.type, right.type);
  const [a, b] = [mapped(left, toLeft), mapped(right, toRight)];
  if (equal) return binary(a, b, equal);
  return (row) => {
    const x = a(row);
    const y = b(row);
    return x === null || y === null ? null : x === y;
  };
};

/** Unequal; NULL where a side is. */
export const ne: Make = (args, result, env) => {
  const equal = eq(args, result, env);
  return (row) => {
    const value = equal(row);
    return value === null ? null : !value;
  };
};

/** Unequal, where NULL equals NULL: never NULL. */
export const isDistinctFrom: Make = (args) => {
  const [left, right] = args as [Operand, Operand];
  const equal = equality(left.type, right.type);
  return (row) => {
    const x = left.run(row);
    const y = right.run(row);
    return x === null || y === null ? x !== y : !equal(x, y);
  };
};

/** low ≤ x and x ≤ high, three-valued: FALSE where one is FALSE, though the other be NULL. */
export const between: Make = (args) => {
  const [of, low, high] = args as [Operand, Operand, Operand];
  const toLow = ordering(of.type, low.type);
  const toHigh = ordering(of.type, high.type);
  return (row) => {
    const x = of.run(row);
    const from = low.run(row);
    const to = high.run(row);
    if (x === null) return null;
    if ((from !== null && toLow(x, from) < 0) || (to !== null && toHigh(x, to) > 0)) return false;
    return from === null || to === null ? null : true;
  };
};

/** TRUE where a value equals; else NULL where x or a value is NULL, else FALSE. FALSE of no values. */
export const isIn: Make = (args) => {
  const [of, ...values] = args as [Operand, ...Operand[]];
  if (values.length === 0) return () => false;
  if (values.every(({ literal, type }) => literal !== undefined && type === of.type))
    return inLiterals(of, values);
  const tests = values.map(({ run, type }) => ({ run, equal: equality(of.type, type) }));
  return (row) => {
    const x = of.run(row);
    if (x === null) return null;
    let none: Value = false;
    for (const { run, equal } of tests) {
      const value = run(row);
      if (value === null) none = null;
      else if (equal(x, value)) return true;
    }
    return none;
  };
};

function inLiterals({ run }: Operand, values: readonly Operand[]): Run {
  const known = new Set(values.map(({ literal }) => literal as Value));
  const none = known.delete(null) ? null : false;
  return (row) => {
    const x = run(row);
    return x === null ? null : known.has(x) || none;
  };
}
