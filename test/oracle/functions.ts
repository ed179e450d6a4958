import type { FunctionName } from '../../src/plan/expression.ts';
import { computed, type Operator, orderOf } from './arithmetic.ts';
import { type CalendarName, localText } from './calendar.ts';
import type { SqlType, Value } from './types.ts';

interface Argument {
  readonly type: SqlType;
  value(): Value;
  /** The value in the type of the call. */
  common(): Value;
}
interface Call {
  readonly args: readonly Argument[];
  readonly type: SqlType;
  readonly zone: string;
}
type Compute = (call: Call) => Value;
type Typed = readonly [Value, SqlType];

const NUMBERS = /^(INT|BIGINT|DOUBLE|DECIMAL)/;

/** Order of two values of one family that are not NULL. Text by its UTF-8 bytes. */
export function order(left: Typed, right: Typed): number {
  const [x, type] = left;
  const [y] = right;
  if (type === 'VARCHAR') return Buffer.compare(Buffer.from(x as string), Buffer.from(y as string));
  return NUMBERS.test(type) ? orderOf(left, right) : Number(x) - Number(y);
}

/** NULL where an argument is. */
const strict =
  (compute: (values: readonly Typed[], call: Call) => Value): Compute =>
  (call) => {
    const values: Typed[] = [];
    for (const { type, value } of call.args) {
      const given = value();
      if (given === null) return null;
      values.push([given, type]);
    }
    return compute(values, call);
  };

const compared = (test: (order: number) => boolean): Compute =>
  strict(([x, y]) => test(order(x as Typed, y as Typed)));
const arithmetic = (operator: Operator): Compute =>
  strict(([x, y], { type }) => computed(operator, x as Typed, y as Typed, type));
const textual = (compute: (...texts: string[]) => Value): Compute =>
  strict((values) => compute(...values.map(([text]) => text as string)));
const calendar = (name: CalendarName): Compute =>
  strict(([time], { zone }) => localText(name, (time as Typed)[0] as number, zone));

/** Three-valued: `decides` settles it, whatever comes after. */
const logical =
  (decides: boolean): Compute =>
  ({ args }) => {
    let result: Value = !decides;
    for (const { value } of args) {
      const given = value();
      if (given === decides) return decides;
      if (given === null) result = null;
    }
    return result;
  };

const negated = (value: Value): Value => (value === null ? null : !value);
const both = logical(false);
const either = logical(true);
const equal = compared((found) => found === 0);
const least = compared((found) => found >= 0);
const most = compared((found) => found <= 0);
/** Arguments given once more, as values. */
const given = (call: Call, ...values: readonly Typed[]): Call => ({
  ...call,
  args: values.map(([value, type]) => ({ type, value: () => value, common: () => value })),
});

function likePattern(pattern: string): RegExp {
  const parts = Array.from(pattern.matchAll(/\\?[\s\S]/gu), ([part]) => {
    if (part === '%') return '[^]*';
    if (part === '_') return '[^]';
    const [char = ''] = Array.from(part).slice(-1);
    return char.replace(/[\\^$.*+?()[\]{}|/-]/u, '\\$&');
  });
  return new RegExp(`^${parts.join('')}$`, 'u');
}

/** The functions that the oracle knows. */
export const FUNCTIONS: Readonly<Partial<Record<FunctionName, Compute>>> = {
  and: both,
  or: either,
  not: ({ args }) => negated((args[0] as Argument).value()),
  isNull: ({ args }) => (args[0] as Argument).value() === null,
  isNotNull: ({ args }) => (args[0] as Argument).value() !== null,
  isDistinctFrom: (call) => {
    const [x, y] = call.args.map(({ value }) => value());
    return x === null || y === null ? x !== y : equal(call) === false;
  },
  eq: equal,
  ne: (call) => negated(equal(call)),
  gt: compared((found) => found > 0),
  gte: least,
  lt: compared((found) => found < 0),
  lte: most,
  between: (call) => {
    const [x, low, high] = call.args.map(({ type, value }): Typed => [value(), type]) as [
      Typed,
      Typed,
      Typed,
    ];
    return both({
      ...call,
      args: [least(given(call, x, low)), most(given(call, x, high))].map((value) => ({
        type: 'BOOLEAN',
        value: () => value,
        common: () => value,
      })),
    });
  },
  in: (call) => {
    const [of, ...others] = call.args as [Argument, ...Argument[]];
    const x: Typed = [of.value(), of.type];
    if (x[0] === null) return others.length > 0 ? null : false;
    return either({
      ...call,
      args: others.map(({ type, value }) => ({
        type: 'BOOLEAN',
        value: () => equal(given(call, x, [value(), type])),
        common: () => null,
      })),
    });
  },
  orElse: ({ args: [value, fallback] }) => (value as Argument).common() ?? (fallback as Argument).common(),
  nullIf: (call) => (equal(call) === true ? null : (call.args[0] as Argument).value()),
  plus: arithmetic('plus'),
  minus: arithmetic('minus'),
  times: arithmetic('times'),
  mod: arithmetic('mod'),
  quotient: arithmetic('quotient'),
  negate: strict(([x], { type }) => {
    const [value, from] = x as Typed;
    return computed('minus', [typeof value === 'bigint' ? 0n : 0, from], [value, from], type);
  }),
  lower: textual((text) => text.toLowerCase()),
  upper: textual((text) => text.toUpperCase()),
  length: textual((text) => Array.from(text).length),
  concat: textual((...texts) => texts.join('')),
  contains: textual((text, part) => text.includes(part as string)),
  startsWith: textual((text, part) => text.startsWith(part as string)),
  endsWith: textual((text, part) => text.endsWith(part as string)),
  like: textual((text, pattern) => likePattern(pattern as string).test(text)),
  hourOf: calendar('hourOf'),
  dayOf: calendar('dayOf'),
  monthOf: calendar('monthOf'),
  minuteOf: calendar('minuteOf'),
};
