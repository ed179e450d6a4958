import type { JsonLine } from './json-row.ts';

/** How a producer writes its lines: the order of the members, and blanks between them. */
export interface Layout {
  readonly names: readonly string[];
  readonly colon: ':' | ': ';
  readonly comma: ',' | ', ';
}

/** Beyond so many members a line is left to `JSON.parse`. */
const MOST_MEMBERS = 256;

/** The layout of one line; undefined where it has none that can be expected of another line. */
export function layoutOf({ text, members }: JsonLine): Layout | undefined {
  const [first, second] = members;
  if (!first || members.length > MOST_MEMBERS) return undefined;
  const colon = text.slice(first.keyEnd, first.start);
  const comma = second ? text.slice(first.end, second.key) : ',';
  if ((colon !== ':' && colon !== ': ') || (comma !== ',' && comma !== ', ')) return undefined;
  const names = new Set<string>();
  let before = '{';
  let at = 0;
  for (const { name, start, end } of members) {
    if (text.slice(at, start) !== `${before}"${name}"${colon}`) return undefined;
    names.add(name);
    before = comma;
    at = end;
  }
  if (text.slice(at) !== '}' || names.size < members.length) return undefined;
  return { names: [...names], colon, comma };
}

/** Whether a line is written as `layout` says, as far as its first blanks and its order tell: some of the members, in their order. */
export function expects(layout: Layout, { text, members }: JsonLine): boolean {
  const [first, second] = members;
  if (!first || text.slice(first.keyEnd, first.start) !== layout.colon) return false;
  if (second && text.slice(first.end, second.key) !== layout.comma) return false;
  let at = 0;
  for (const { name } of members) {
    at = layout.names.indexOf(name, at) + 1;
    if (at === 0) return false;
  }
  return true;
}

/** The layout `seen`, with the members that only `known` has behind those that stand before them there. */
export function merge(known: Layout, seen: Layout): Layout {
  const names = [...seen.names];
  known.names.forEach((name, i) => {
    if (names.includes(name)) return;
    const before = known.names[i - 1];
    names.splice(before === undefined ? 0 : names.indexOf(before) + 1, 0, name);
  });
  return { ...seen, names: names.length > MOST_MEMBERS ? seen.names : names };
}
