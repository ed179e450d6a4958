import { RowError } from '../../errors.ts';
import { type Make, mapped, type Operand } from './operand.ts';

/** A local time of epoch milliseconds or a TIMESTAMP(3), in the catalog's zone. Outside the years 1 to 9999: `RowError`. */
export const localTime =
  (name: 'hourOf' | 'dayOf' | 'monthOf' | 'minuteOf'): Make =>
  (args, _, { calendar }) => {
    const of = args[0] as Operand;
    const compute = calendar[name];
    return mapped(of, (value) => {
      try {
        return compute(value as number);
      } catch (error) {
        throw error instanceof RowError ? new RowError(error.message, of.column) : error;
      }
    });
  };
