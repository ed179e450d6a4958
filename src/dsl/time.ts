import type { Any, Operand, Test } from './expression.ts';
import type { Literal } from './sql-types.ts';

type Peer<T> = NonNullable<T> | null;
/** TIMESTAMP(3) and DATE. */
export interface Time<T, C = never> extends Any<T, C> {
  eq<D = never>(other: Operand<Peer<T>, D> | Literal<T>): Test<C | NoInfer<D>, C | NoInfer<D>>;
  ne<D = never>(other: Operand<Peer<T>, D> | Literal<T>): Test<C | NoInfer<D>, C | NoInfer<D>>;
  gt<D = never>(other: Operand<Peer<T>, D> | Literal<T>): Test<C | NoInfer<D>, C | NoInfer<D>>;
  gte<D = never>(other: Operand<Peer<T>, D> | Literal<T>): Test<C | NoInfer<D>, C | NoInfer<D>>;
  lt<D = never>(other: Operand<Peer<T>, D> | Literal<T>): Test<C | NoInfer<D>, C | NoInfer<D>>;
  lte<D = never>(other: Operand<Peer<T>, D> | Literal<T>): Test<C | NoInfer<D>, C | NoInfer<D>>;
  /** From `low` to `high`, both included. */
  between<D = never, E = never>(
    low: Operand<Peer<T>, D> | Literal<T>,
    high: Operand<Peer<T>, E> | Literal<T>,
  ): Test<C | NoInfer<D | E>, C>;
  in(...values: Literal<T>[]): Test<C, C>;
}
