import { RowError } from '../../errors.ts';
import type { Value } from '../../values/sql-type.ts';
import { display } from './cast-to-text.ts';
import { integerRange } from './integer-range.ts';
import { type Make, mapped, type Operand } from './operand.ts';

/** `negate`, `abs`: the least integer of a type has no counterpart: `RowError`. */
export const sign =
  (name: 'negate' | 'abs'): Make =>
  (args, result) => {
    const of = args[0] as Operand;
    const compute = name === 'abs' ? abs : negate;
    const max = integerRange(result)?.max;
    if (max === undefined || result === 'BIGINT') return mapped(of, compute);
    return mapped(of, (value) => {
      const changed = compute(value);
      if (changed <= max) return changed;
      throw new RowError(`${result} out of range: ${display(of.type, value)} ${name}`, of.column);
    });
  };

// `0 -` in place of `-`: no −0.
const negate = (value: Value): number | bigint =>
  typeof value === 'bigint' ? -value : 0 - (value as number);
const abs = (value: Value): number | bigint =>
  (value as number | bigint) < 0 ? negate(value) : (value as number | bigint);
