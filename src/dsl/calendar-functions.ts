// Functions that name a new column after themselves: parts of keys and groups, mostly.
import type { FunctionName } from '../plan/expression.ts';
import { called } from './build/made.ts';
import { scalar } from './build/scalar.ts';
import type { ArgNull, ColumnsOf, Fn, Scalar } from './columns-of.ts';
import type { InstantType } from './sql-types.ts';

function calendarText<R, T, Name extends string>(
  name: FunctionName,
  column: Name,
  time: unknown,
): Scalar<R, T, Name> {
  const call = scalar({ column, make: (row) => called(name, [row.cell(name, time)]) });
  return call as unknown as Scalar<R, T, Name>;
}

/** `yyyyMMddHH` of a timestamp or of epoch milliseconds, in the catalog's zone. A column named so is called `hour`. */
export function hourOf<R, const A extends ColumnsOf<R, InstantType> | Fn<R, InstantType>>(
  time: A,
): Scalar<R, 'VARCHAR' | ArgNull<R, A>, 'hour'> {
  return calendarText('hourOf', 'hour', time);
}
/** `yyyyMMdd`, in the catalog's zone. A column named so is called `day`. */
export function dayOf<R, const A extends ColumnsOf<R, InstantType> | Fn<R, InstantType>>(
  time: A,
): Scalar<R, 'VARCHAR' | ArgNull<R, A>, 'day'> {
  return calendarText('dayOf', 'day', time);
}
/** `yyyyMM`, in the catalog's zone. A column named so is called `month`. */
export function monthOf<R, const A extends ColumnsOf<R, InstantType> | Fn<R, InstantType>>(
  time: A,
): Scalar<R, 'VARCHAR' | ArgNull<R, A>, 'month'> {
  return calendarText('monthOf', 'month', time);
}
/** `yyyyMMddHHmm`, in the catalog's zone. A column named so is called `minute`. */
export function minuteOf<R, const A extends ColumnsOf<R, InstantType> | Fn<R, InstantType>>(
  time: A,
): Scalar<R, 'VARCHAR' | ArgNull<R, A>, 'minute'> {
  return calendarText('minuteOf', 'minute', time);
}
