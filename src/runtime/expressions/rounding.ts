import { RowError } from '../../errors.ts';
import { divideHalfUp, fitsPrecision, powerOfTen } from '../../values/decimal.ts';
import { numberParts } from '../../values/number-text.ts';
import { decimalOf, type Value } from '../../values/sql-type.ts';
import { roundHalfUp } from './cast-number.ts';
import { display } from './cast-to-text.ts';
import { binary, type Make, mapped, type Operand } from './operand.ts';

type Name = 'round' | 'floor' | 'ceil';

const WHOLE: Readonly<Record<Name, (value: number) => number>> = {
  round: roundHalfUp,
  // `+ 0`: no −0.
  floor: (value) => Math.floor(value) + 0,
  ceil: (value) => Math.ceil(value) + 0,
};

/** An integer division, by a positive divisor. */
const DIVIDE: Readonly<Record<Name, (units: bigint, divisor: bigint) => bigint>> = {
  round: divideHalfUp,
  floor: (units, divisor) => units / divisor - (units % divisor < 0n ? 1n : 0n),
  ceil: (units, divisor) => units / divisor + (units % divisor > 0n ? 1n : 0n),
};

/** `round` (to digits, 0 if not given; halves away from zero), `floor`, `ceil`. A DECIMAL keeps its scale, a DOUBLE rounds by its decimal text. */
export const rounding =
  (name: Name): Make =>
  (args, result) => {
    const [of, digits] = args as [Operand, Operand?];
    const decimal = decimalOf(of.type);
    const compute = decimal
      ? decimalRounding(name, decimal.scale, decimalOf(result)?.precision ?? 0)
      : (value: Value, to: number): Value | undefined =>
          to === 0 ? WHOLE[name](value as number) : roundText(value as number, to);
    const rounded = (value: Value, to: Value): Value => {
      const whole = Number(to);
      const found = compute(value, whole);
      if (found !== undefined) return found;
      throw new RowError(`${result} out of range: ${display(of.type, value)} ${name} ${whole}`, of.column);
    };
    return digits === undefined
      ? mapped(of, (value) => rounded(value, 0))
      : binary(of.run, digits.run, rounded);
  };

function decimalRounding(
  name: Name,
  scale: number,
  precision: number,
): (value: Value, to: number) => Value | undefined {
  return (value, to) => {
    const units = value as bigint;
    if (to >= scale) return units;
    // Beyond this, any DECIMAL is less than half a unit.
    const step = powerOfTen(Math.min(scale - to, 2 * 38 + 1));
    const found = DIVIDE[name](units, step) * step;
    return fitsPrecision(found, precision) ? found : undefined;
  };
}

/** Rounds the shortest decimal text of a double, so that 1.005 to two digits is 1.01; undefined beyond DOUBLE. */
function roundText(value: number, to: number): number | undefined {
  const parts = numberParts(String(value));
  if (!parts || parts.exponent + to >= 0) return value;
  const kept = parts.digits.length + parts.exponent + to;
  if (kept < 0) return 0;
  const up = parts.digits.charCodeAt(kept) >= 53; /* '5' */
  const units = BigInt(`0${parts.digits.slice(0, kept)}`) + (up ? 1n : 0n);
  const found = Number(`${parts.negative ? '-' : ''}${units}e${-to}`) + 0;
  return Number.isFinite(found) ? found : undefined;
}
