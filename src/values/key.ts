// One canonical, collision-free form of a row's key. Parts of one key never depend on where another part ends.
import { generate, quoteName } from './generate.ts';
import type { Row, Value } from './sql-type.ts';

/** A key that a native `Map` finds by value. */
export type KeyValue = Value;

const WHAT = 'The key of a row';
const NULL = '\u0000';
const NUMBER = '\u0001';
const BIGINT = '\u0002';
const TRUE = '\u0003';
const FALSE = '\u0004';
const LONG = '\u0005';
const TEXT = '\u0006';
/** Lengths up to 239 are one character from here on, so that a Latin-1 key stays one byte a character. */
const SHORT = 16;
const SHORT_MAX = 255 - SHORT;

function part(value: Value): string {
  if (typeof value === 'string') {
    const length = value.length;
    return length <= SHORT_MAX ? String.fromCharCode(SHORT + length) + value : `${LONG}${length};${value}`;
  }
  if (typeof value === 'number') return `${NUMBER}${value};`;
  if (value === null) return NULL;
  if (typeof value === 'bigint') return `${BIGINT}${value};`;
  return value ? TRUE : FALSE;
}

function last(value: Value): string {
  if (typeof value !== 'string') return part(value);
  // A text stands for itself, unless its first character could be taken for a marker.
  return value.charCodeAt(0) <= 6 ? TEXT + value : value;
}

const single = (value: Value): KeyValue => (value === 0 ? 0 : value);

/**
 * The key of a row in these columns, made for a native `Map`: of one column the value itself (−0 as 0), of several a
 * text that differs whenever a part does, of none always ''. NULL is an ordinary value, unlike any other.
 *
 * @example encodeKey(['a', 'b'])({ a: 'x', b: null }) !== encodeKey(['a', 'b'])({ a: 'x', b: 'null' })
 */
export function encodeKey(columns: readonly string[]): (row: Row) => KeyValue {
  const [first] = columns;
  if (first === undefined) return () => '';
  const reads = columns.map((name) => `row[${quoteName(name)}]`);
  const end = reads.length - 1;
  if (end === 0)
    return (
      generate({ single }, `return row=>single(${reads[0]})`, WHAT) ?? ((row) => single(row[first] as Value))
    );
  const parts = reads.map((read, i) => (i === end ? `last(${read})` : `part(${read})`));
  return (
    generate({ part, last }, `return row=>${parts.join('+')}`, WHAT) ??
    ((row) => columns.map((name, i) => (i === end ? last : part)(row[name] as Value)).join(''))
  );
}
