// Three-valued logic: what a NULL cannot change is decided without it.
import type { Value } from '../../values/sql-type.ts';
import { coerced } from './cast.ts';
import { equality } from './common-form.ts';
import type { Make, Operand } from './operand.ts';

/** FALSE where one is FALSE (those after it are not computed), else NULL where one is NULL, else TRUE. */
export const and: Make = (args) => {
  const runs = args.map(({ run }) => run);
  return (row) => {
    let all: Value = true;
    for (const run of runs) {
      const value = run(row);
      if (value === false) return false;
      if (value === null) all = null;
    }
    return all;
  };
};

/** TRUE where one is TRUE (those after it are not computed), else NULL where one is NULL, else FALSE. */
export const or: Make = (args) => {
  const runs = args.map(({ run }) => run);
  return (row) => {
    let any: Value = false;
    for (const run of runs) {
      const value = run(row);
      if (value === true) return true;
      if (value === null) any = null;
    }
    return any;
  };
};

/** NULL stays NULL. */
export const not: Make = (args) => {
  const { run } = args[0] as Operand;
  return (row) => {
    const value = run(row);
    return value === null ? null : !value;
  };
};

/** Never NULL. */
export const isNull: Make = (args) => {
  const { run } = args[0] as Operand;
  return (row) => run(row) === null;
};

/** Never NULL. */
export const isNotNull: Make = (args) => {
  const { run } = args[0] as Operand;
  return (row) => run(row) !== null;
};

/** The value, or the fallback where it is NULL, both in the result's type. */
export const orElse: Make = (args, result) => {
  const [value, fallback] = args.map((arg) => coerced(arg, result)) as [Operand['run'], Operand['run']];
  return (row) => value(row) ?? fallback(row);
};

/** NULL where the value equals the other one. */
export const nullIf: Make = (args) => {
  const [value, other] = args as [Operand, Operand];
  const equal = equality(value.type, other.type);
  return (row) => {
    const x = value.run(row);
    if (x === null) return null;
    const y = other.run(row);
    return y !== null && equal(x, y) ? null : x;
  };
};
