import { generate, quoteName } from './generate.ts';
import { familyOf, type Row, type SqlType, type Value } from './sql-type.ts';

/** Orders texts by code point, which is the order of their UTF-8 bytes (`<` orders by UTF-16 unit). Negative: a before b. */
export function compareText(a: string, b: string): number {
  const length = a.length < b.length ? a.length : b.length;
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x !== y) return x >= 0xd800 && y >= 0xd800 ? lift(x) - lift(y) : x - y;
  }
  return a.length - b.length;
}

// Surrogates stand for code points above U+FFFF: they go behind U+E000 to U+FFFF.
const lift = (unit: number): number => (unit < 0xe000 ? unit + 0x2800 : unit);

function compareNumber(a: Value, b: Value): number {
  const x = a as number;
  const y = b as number;
  return x < y ? -1 : x > y ? 1 : 0;
}
function compareBigint(a: Value, b: Value): number {
  const x = a as bigint;
  const y = b as bigint;
  return x < y ? -1 : x > y ? 1 : 0;
}
const compareTexts = (a: Value, b: Value): number => compareText(a as string, b as string);
const compareBoolean = (a: Value, b: Value): number => Number(a) - Number(b);

/** The order of two values of one type, neither NULL: negative, zero or positive. Text by code point, FALSE before TRUE, −0 equal to 0. */
export function comparator(type: SqlType): (a: Value, b: Value) => number {
  const family = familyOf(type);
  if (family === 'text') return compareTexts;
  if (family === 'boolean') return compareBoolean;
  return type === 'BIGINT(bigint)' || type.startsWith('DECIMAL') ? compareBigint : compareNumber;
}

/** Columns in the order in which unlike rows are told apart soonest: texts, which are read to their end, come last. */
export const cheapestFirst = <C extends { readonly type: SqlType }>(columns: readonly C[]): C[] =>
  [...columns].sort((a, b) => Number(familyOf(a.type) === 'text') - Number(familyOf(b.type) === 'text'));

/** Whether two rows are equal in these columns: NULL equals NULL, −0 equals 0, texts unit by unit. */
export function sameRow(columns: readonly string[]): (a: Row, b: Row) => boolean {
  const tests = columns.map((name) => `a[${quoteName(name)}]===b[${quoteName(name)}]`);
  const generated = generate<(a: Row, b: Row) => boolean>(
    {},
    `return (a,b)=>${tests.join('&&') || 'true'}`,
    'Are two rows equal?',
  );
  return generated ?? ((a, b) => columns.every((name) => a[name] === b[name]));
}
