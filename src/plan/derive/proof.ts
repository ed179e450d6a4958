// What a test says about NULL. Two sets: the columns that are not NULL where it is TRUE, and where it is FALSE.
import type { Expression, FunctionName } from '../expression.ts';

type Names = ReadonlySet<string>;

/** Which columns are known not to be NULL. */
export interface Proof {
  /** Wherever the value is not NULL. */
  readonly carries: Names;
  /** Where the test is TRUE. */
  readonly whenTrue: Names;
  /** Where the test is FALSE. */
  readonly whenFalse: Names;
}

const NOTHING: Names = new Set();
const union = (sets: readonly Names[]): Names => new Set(sets.flatMap((set) => [...set]));
const common = (sets: readonly Names[]): Names => {
  const [first = NOTHING, ...others] = sets;
  return new Set([...first].filter((name) => others.every((other) => other.has(name))));
};

const value = (carries: Names): Proof => ({ carries, whenTrue: carries, whenFalse: carries });
const test = (whenTrue: Names, whenFalse: Names): Proof => ({
  carries: common([whenTrue, whenFalse]),
  whenTrue,
  whenFalse,
});

type Rule = (args: readonly Proof[]) => Proof;
/** NULL where any argument is. */
const strict: Rule = (args) => value(union(args.map(({ carries }) => carries)));
/** NULL where the first argument is; what the others are says nothing. */
const ofFirst: Rule = (args) => value(args[0]?.carries ?? NOTHING);
const unknown: Rule = () => value(NOTHING);

const PROOFS: Readonly<Record<FunctionName, Rule>> = {
  and: (args) =>
    test(union(args.map(({ whenTrue }) => whenTrue)), common(args.map(({ whenFalse }) => whenFalse))),
  or: (args) =>
    test(common(args.map(({ whenTrue }) => whenTrue)), union(args.map(({ whenFalse }) => whenFalse))),
  not: (args) => test(args[0]?.whenFalse ?? NOTHING, args[0]?.whenTrue ?? NOTHING),
  isNull: (args) => test(NOTHING, args[0]?.carries ?? NOTHING),
  isNotNull: (args) => test(args[0]?.carries ?? NOTHING, NOTHING),
  isDistinctFrom: unknown,
  eq: strict,
  ne: strict,
  gt: strict,
  gte: strict,
  lt: strict,
  lte: strict,
  // FALSE by one bound alone says nothing about the other.
  between: (args) => test(union(args.map(({ carries }) => carries)), args[0]?.carries ?? NOTHING),
  in: ofFirst,
  like: strict,
  contains: strict,
  startsWith: strict,
  endsWith: strict,
  orElse: unknown,
  nullIf: ofFirst,
  plus: strict,
  minus: strict,
  times: strict,
  dividedBy: strict,
  quotient: strict,
  mod: strict,
  negate: strict,
  abs: strict,
  round: strict,
  floor: strict,
  ceil: strict,
  lower: strict,
  upper: strict,
  trim: strict,
  length: strict,
  concat: strict,
  substring: strict,
  hourOf: strict,
  dayOf: strict,
  monthOf: strict,
  minuteOf: strict,
};

/**
 * What an expression proves about the columns that it reads, as the DSL's types do.
 * `or` proves what both sides prove, `not` swaps the two sets; `orElse`, `when` and a `udf` prove nothing.
 */
export function proofOf(expression: Expression): Proof {
  switch (expression.op) {
    case 'column':
      return value(new Set([expression.name]));
    case 'call':
      return PROOFS[expression.name](expression.args.map(proofOf));
    case 'cast':
      return value(proofOf(expression.of).carries);
    case 'literal':
    case 'clock':
    case 'case':
    case 'udf':
      return value(NOTHING);
  }
}
