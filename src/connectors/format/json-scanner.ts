import type { ColumnSchema } from '../../plan/schema.ts';
import { generate } from '../../values/generate.ts';
import { EXACT_POWERS } from '../../values/number-text.ts';
import type { Row } from '../../values/sql-type.ts';
import { textReader } from './column-reader.ts';
import type { Layout } from './json-layout.ts';
import { escapedText, numberEnd, sameBytes, textEnd, textOf, valueEnd } from './json-tokens.ts';
import { keyOf, scannerCode } from './scanner-code.ts';
import { asciiText, utf8Text } from './short-text.ts';

/** What the names in the code stand for, for its readers. */
const variables = (columns: readonly ColumnSchema[]): string =>
  `b the bytes, p the place, d a view of them, u are they UTF-8, ${columns.map(({ name }, i) => `c${i} ${name}`).join(', ')}`;

/** What a scanner shares with its caller. */
export interface Cursor {
  /** After a row: the place behind its newline. */
  next: number;
  /** The bytes that are scanned. */
  view: DataView;
  /** They are valid UTF-8. Where they are not known to be, lines beyond ASCII are a surprise. */
  utf8: boolean;
}

/** Reads lines of one schema and one layout: the row of the line at `from`; undefined for a surprise, which is left to the long way. The buffer holds the line's newline, and 3 bytes more. */
export type Scan = (bytes: Buffer, from: number, cursor: Cursor) => Row | undefined;

/** Scanners of this process by what they were made from: a second job over the same source starts warm. */
const scanners = new Map<string, Scan>();
const MOST_SCANNERS = 64;

/** The scanner of a layout; undefined where the process forbids code generation. */
export function scannerOf(
  columns: readonly ColumnSchema[],
  keep: readonly string[],
  layout: Layout,
): Scan | undefined {
  const key = JSON.stringify([columns.map((c) => [c.name, c.type, c.nullable, c.from]), keep, layout]);
  const known = scanners.get(key);
  if (known) return known;
  const scan = generate<Scan>(
    {
      readers: columns.map(textReader),
      keys: layout.names.map((name) => keyOf(name, layout)),
      powers: EXACT_POWERS,
      textEnd,
      textOf,
      escapedText,
      numberEnd,
      valueEnd,
      sameBytes,
      asciiText,
      utf8Text,
    },
    scannerCode(columns, keep, layout),
    `The row of a line that is written as expected. ${variables(columns)}`,
  );
  if (scan && scanners.size < MOST_SCANNERS) scanners.set(key, scan);
  return scan;
}
