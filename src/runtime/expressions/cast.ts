import { RowError, wrong } from '../../errors.ts';
import { decimalOf, familyOf, type SqlType } from '../../values/sql-type.ts';
import { textCast } from './cast-from-text.ts';
import { type Cast, numberCast } from './cast-number.ts';
import { timeCast } from './cast-time.ts';
import { display, textOf } from './cast-to-text.ts';
import { integerRange } from './integer-range.ts';
import type { Operand, Run } from './operand.ts';

/** The cast between two types; undefined where there is none. */
function castOf(from: SqlType, to: SqlType): Cast | undefined {
  if (to === 'VARCHAR') return textOf(from);
  if (from === 'VARCHAR') return textCast(to);
  if (familyOf(from) === 'number' && familyOf(to) === 'number') return numberCast(from, to);
  return timeCast(from, to);
}

/** A cast operand: what cannot be cast is NULL with `orNull`, else a `RowError` that shows it. */
export function cast(of: Operand, to: SqlType, orNull: boolean): Run {
  if (of.type === to) return of.run;
  const convert = castOf(of.type, to);
  if (!convert) throw wrong(`${of.type} cannot be cast to ${to}`);
  const { run } = of;
  return (row) => {
    const value = run(row);
    if (value === null) return null;
    const result = convert(value);
    if (result !== undefined) return result;
    if (orNull) return null;
    throw new RowError(`cannot cast ${display(of.type, value)} to ${to}`, of.column);
  };
}

/** The operand in the type that it shares with others (of `orElse`, of the branches of a `case`). */
export const coerced = (of: Operand, to: SqlType): Run => cast(of, to, false);

/** Whether a cast succeeds for every value of its type. */
export function castAlwaysFits(from: SqlType, to: SqlType): boolean {
  if (from === to || to === 'VARCHAR') return true;
  if (familyOf(from) !== 'number' || familyOf(to) !== 'number')
    return from === 'TIMESTAMP(3)' || (from === 'DATE' && to === 'TIMESTAMP(3)');
  if (to === 'DOUBLE') return true;
  if (from === 'DOUBLE') return false;
  const [source, target] = [decimalOf(from), decimalOf(to)];
  const whole = source ? source.precision - source.scale : (integerRange(from)?.digits ?? 0);
  if (!target) return !source && whole <= (integerRange(to)?.digits ?? 0);
  // Cut decimals may round up to one digit more.
  const carry = source && source.scale > target.scale ? 1 : 0;
  return whole + carry <= target.precision - target.scale;
}
