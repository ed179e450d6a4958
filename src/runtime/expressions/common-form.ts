// Two values of one family, in a form in which JavaScript compares them exactly.
import { compareText } from '../../values/compare.ts';
import { decimalToNumber, powerOfTen } from '../../values/decimal.ts';
import { decimalOf, type SqlType, type Value } from '../../values/sql-type.ts';
import type { Convert } from './operand.ts';

/** How values of two types are compared; undefined converts nothing, and compares with `===`, `<` and so on. */
interface CommonForm {
  readonly left: Convert | undefined;
  readonly right: Convert | undefined;
  readonly equal: ((x: Value, y: Value) => boolean) | undefined;
  readonly order: ((x: Value, y: Value) => number) | undefined;
}

const DIRECT: CommonForm = { left: undefined, right: undefined, equal: undefined, order: undefined };
const TEXT: CommonForm = { ...DIRECT, order: (x, y) => compareText(x as string, y as string) };

const isInteger = (type: SqlType): boolean => type === 'INT' || type === 'BIGINT';

/** The common form of two comparable types. DECIMAL meets integers exactly, DOUBLE through its nearest double; a bigint meets any number exactly. */
export function commonForm(left: SqlType, right: SqlType): CommonForm {
  if (left === right) return left === 'VARCHAR' ? TEXT : DIRECT;
  const [a, b] = [decimalOf(left), decimalOf(right)];
  if (a && right === 'DOUBLE') return { ...DIRECT, left: nearestDouble(a.scale) };
  if (b && left === 'DOUBLE') return { ...DIRECT, right: nearestDouble(b.scale) };
  if (a || b) {
    const scale = Math.max(a?.scale ?? 0, b?.scale ?? 0);
    return { ...DIRECT, left: unitsOf(left, scale), right: unitsOf(right, scale) };
  }
  if (left === 'BIGINT(bigint)' && isInteger(right)) return { ...DIRECT, right: unitsOf(right, 0) };
  if (right === 'BIGINT(bigint)' && isInteger(left)) return { ...DIRECT, left: unitsOf(left, 0) };
  if (left === 'BIGINT(bigint)' || right === 'BIGINT(bigint)')
    return { ...DIRECT, equal: (x, y) => mixedOrder(x, y) === 0, order: mixedOrder };
  return DIRECT;
}

/** An integer or DECIMAL as a bigint, in units of a scale that loses nothing; undefined where it is that already. */
export function unitsOf(type: SqlType, scale: number): Convert | undefined {
  const factor = powerOfTen(scale - (decimalOf(type)?.scale ?? 0));
  if (isInteger(type)) return (value) => BigInt(value as number) * factor;
  return factor === 1n ? undefined : (value) => (value as bigint) * factor;
}

const nearestDouble =
  (scale: number): Convert =>
  (value) =>
    decimalToNumber(value as bigint, scale);

// `<` between a bigint and a number compares their exact values.
function mixedOrder(x: Value, y: Value): number {
  return (x as bigint) < (y as bigint) ? -1 : (x as bigint) > (y as bigint) ? 1 : 0;
}

/** Equality of two values of these types, neither NULL. */
export function equality(left: SqlType, right: SqlType): (x: Value, y: Value) => boolean {
  const form = commonForm(left, right);
  if (form === DIRECT || form === TEXT) return (x, y) => x === y;
  const { left: toLeft = same, right: toRight = same, equal = identical } = form;
  return (x, y) => equal(toLeft(x), toRight(y));
}

/** The order of two values of these types, neither NULL. */
export function ordering(left: SqlType, right: SqlType): (x: Value, y: Value) => number {
  const { left: toLeft = same, right: toRight = same, order = mixedOrder } = commonForm(left, right);
  return (x, y) => order(toLeft(x), toRight(y));
}

const same: Convert = (value) => value;
const identical = (x: Value, y: Value): boolean => x === y;
