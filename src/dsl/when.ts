import type { Expression } from '../plan/expression.ts';
import { constant, literal, nullLiteral } from './build/literal.ts';
import { type Made, made, madeOf } from './build/made.ts';
import { testOf } from './build/methods/test-methods.ts';
import { toValue } from './build/value.ts';
import type { Col, Expr, Test } from './expression.ts';
import type { Constant, NullOf, TypeOfLiteral } from './sql-types.ts';

type Branch<V> = V extends Expr<infer T> ? T : TypeOfLiteral<V>;
type Branching<T> = T extends 'VARCHAR'
  ? string
  : T extends 'BOOLEAN'
    ? boolean
    : T extends 'INT' | 'BIGINT' | 'DOUBLE'
      ? number
      : never;

/** The branches of a `CASE` so far. */
export interface When<T> {
  /** This value where no test before is TRUE and this one is. */
  when<const V extends Expr<T | null> | Branching<T> | null>(
    test: Test<unknown, unknown>,
    value: V,
  ): When<T | NullOf<Branch<NoInfer<V>>>>;
  /** This value where no test is TRUE. */
  otherwise<const V extends Expr<T | null> | Branching<T> | null>(
    value: V,
  ): Col<T | NullOf<Branch<NoInfer<V>>>, never>;
}

type Case = readonly [test: Made, value: Made];

class WhenBuilder {
  readonly #cases: readonly Case[];
  constructor(cases: readonly Case[]) {
    this.#cases = cases;
    Object.freeze(this);
  }

  /** A literal takes the type of the first branch. */
  #branch(value: unknown): Made {
    const [first] = this.#cases;
    const computed = madeOf(value);
    if (computed || !first) return computed ?? made(constant(value), []);
    const { type } = first[1];
    return made(value === null ? nullLiteral(type) : literal(type, value), []);
  }

  when(test: unknown, value: unknown): WhenBuilder {
    return new WhenBuilder([...this.#cases, [testOf('when', test), this.#branch(value)]]);
  }

  otherwise(value: unknown): object {
    const last = this.#branch(value);
    const when = this.#cases.map(([test, then]) =>
      Object.freeze([test.expression, then.expression] as const),
    );
    const expression: Expression = { op: 'case', when: Object.freeze(when), otherwise: last.expression };
    return toValue(made(expression, [...this.#cases.flat(), last]));
  }
}

/**
 * `CASE`: the value of the first test that is TRUE. All values are of one type; NULL is written `null`.
 *
 * @example o => when(o.price.gt(100), 'big').when(o.open, 'open').otherwise('small')
 */
export function when<const V extends Expr<unknown> | Constant>(
  test: Test<unknown, unknown>,
  value: V,
): When<Branch<V>> {
  return new WhenBuilder([]).when(test, value) as unknown as When<Branch<V>>;
}
