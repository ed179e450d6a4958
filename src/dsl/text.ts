import type { Any, Operand, Test } from './expression.ts';
import type { Int, Real } from './number.ts';
import type { NullOf } from './sql-types.ts';

declare const textual: unique symbol;
/** A text. */
interface Textual<out C> extends Operand<'VARCHAR' | null, C> {
  readonly [textual]: true;
}
/** VARCHAR. It has no order here: `lt` on text is nearly always a number or a date that was not cast. */
export interface Text<T, C = never> extends Any<T, C> {
  readonly [textual]: true;
  eq<D = never>(other: Textual<D> | string): Test<C | NoInfer<D>, C | NoInfer<D>>;
  ne<D = never>(other: Textual<D> | string): Test<C | NoInfer<D>, C | NoInfer<D>>;
  in(...values: string[]): Test<C, C>;
  /** `%` stands for any text, `_` for one character. */
  like(pattern: string): Test<C, C>;
  contains(part: string): Test<C, C>;
  startsWith(part: string): Test<C, C>;
  endsWith(part: string): Test<C, C>;
  lower(): Text<T, C>;
  upper(): Text<T, C>;
  /** Without the blanks around it. */
  trim(): Text<T, C>;
  /** In characters (code points). */
  length(): Int<'INT' | NullOf<T>, C>;
  /** From character `from`, counted from 0. */
  substring(from: number, length?: number): Text<T, C>;
  concat<U extends 'VARCHAR' | null = never, D = never>(
    other: Operand<U, D> | string,
  ): Text<T | NullOf<NoInfer<U>>, C | NoInfer<D>>;
  /** NULL where the text is no number. */
  toDouble(): Real<'DOUBLE' | null, C>;
}
