import { constant, decimalLiteral } from './build/literal.ts';
import { made } from './build/made.ts';
import { toValue } from './build/value.ts';
import type { Col } from './expression.ts';
import type { Real } from './number.ts';
import type { Constant, TypeOfLiteral } from './sql-types.ts';

/**
 * A constant: text is VARCHAR, a whole number BIGINT, another number DOUBLE, a Date or an instant TIMESTAMP(3).
 *
 * @example .select({ id: 'id', shop: () => lit('north') })
 */
export function lit<const V extends Constant>(value: V): Col<TypeOfLiteral<NoInfer<V>>, never> {
  return toValue(made(constant(value), [])) as unknown as Col<TypeOfLiteral<NoInfer<V>>, never>;
}

/**
 * An exact decimal constant, of at most 38 digits.
 *
 * @example o => o.price.times(decimalOf('0.908'))
 */
export function decimalOf(digits: `${number}`): Real<'DECIMAL'> {
  return toValue(made(decimalLiteral(digits), [])) as unknown as Real<'DECIMAL'>;
}
