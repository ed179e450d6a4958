import { wrong } from '../errors.ts';
import type { UserFunction } from '../plan/expression.ts';
import { show } from '../values/show.ts';
import { literal } from './build/literal.ts';
import { made, madeOf } from './build/made.ts';
import { site, there } from './build/site.ts';
import { typeName } from './build/type-name.ts';
import { toValue } from './build/value.ts';
import type { Col, Expr } from './expression.ts';
import type { Js, Literal, NullOf, TypeName } from './sql-types.ts';

type Given<A extends readonly TypeName[]> = { -readonly [I in keyof A]: Js<A[I]> };
type Operands<A extends readonly TypeName[]> = {
  readonly [I in keyof A]: Expr<A[I] | null> | Literal<A[I]>;
};
type Nulls<V extends readonly unknown[]> = V[number] extends infer X
  ? X extends Expr<infer T>
    ? NullOf<T>
    : never
  : never;

/**
 * A function of your own. It must give the same for the same, now and after a restart. NULL in gives NULL out, and the function is not called.
 * It sees a DECIMAL and a DATE as text, a TIMESTAMP(3) as epoch milliseconds. A row for which it throws, or gives a value of another type, is quarantined.
 *
 * @example
 * const countChar = udf('count_char', { args: ['VARCHAR', 'VARCHAR'], returns: 'BIGINT', run: (text, char) => text.split(char).length - 1 })
 * stream('page').extend({ slashes: p => countChar(p.url, '/') })
 */
export function udf<
  const A extends readonly TypeName[],
  const T extends TypeName,
  const Z extends Js<T> | null,
>(
  name: string,
  spec: { readonly args: A; readonly returns: T; readonly run: (...args: Given<A>) => Z },
): <const V extends Operands<A>>(...args: V) => Col<T | NullOf<Z> | Nulls<NoInfer<V>>, never> {
  if (typeof name !== 'string' || name === '') throw wrong(there(site(), 'a udf wants a name'));
  if (!Array.isArray(spec?.args) || typeof spec.run !== 'function') {
    throw wrong(there(site(), `udf ${name} wants { args: ['…'], returns: '…', run: (…) => … }`));
  }
  const own: UserFunction = Object.freeze({
    name,
    args: Object.freeze(spec.args.map(typeName)),
    returns: typeName(spec.returns),
    run: spec.run as UserFunction['run'],
  });
  return (...args) => {
    if (args.length !== own.args.length) {
      const n = own.args.length;
      throw wrong(there(site(), `${name} takes ${n} argument${n === 1 ? '' : 's'}, not ${args.length}`));
    }
    const operands = own.args.map((type, i) => {
      const argument: unknown = args[i];
      if (argument === undefined)
        throw wrong(there(site(), `${name}: argument ${i + 1} is ${show(argument)}`));
      return madeOf(argument) ?? made(literal(type, argument), []);
    });
    const call = {
      op: 'udf' as const,
      function: own,
      args: Object.freeze(operands.map((one) => one.expression)),
    };
    return toValue(made(call, operands)) as unknown as Col<
      T | NullOf<Z> | Nulls<NoInfer<typeof args>>,
      never
    >;
  };
}
