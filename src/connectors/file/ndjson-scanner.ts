// A scanner of NDJSON lines, generated for one schema and one layout. What it meets and does not expect, it leaves alone.
import type { ColumnSchema } from '../../plan/schema.ts';
import { generate } from '../../values/generate.ts';
import { EXACT_POWERS } from '../../values/number-text.ts';
import type { Row } from '../../values/sql-type.ts';
import { jsonKinds, textReader } from './column-reader.ts';
import { numberEnd, scalarEnd, textEnd } from './json-tokens.ts';
import type { Layout } from './ndjson-layout.ts';
import { literalOf } from './row-maker.ts';
import { asciiText, utf8Text } from './short-text.ts';

/** What a scanner shares with its caller. */
export interface Cursor {
  /** After a row: the place behind its newline. */
  next: number;
  /** The bytes that are scanned. */
  view: DataView;
  /** They are valid UTF-8. Where they are not known to be, lines beyond ASCII are a surprise. */
  utf8: boolean;
}

/** The row of the line at `from`; undefined for a surprise. The buffer holds the line's newline, and 3 bytes more. */
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
      powers: EXACT_POWERS,
      textEnd,
      numberEnd,
      scalarEnd,
      asciiText,
      utf8Text,
    },
    scannerCode(columns, keep, layout),
  );
  if (scan && scanners.size < MOST_SCANNERS) scanners.set(key, scan);
  return scan;
}

/**
 * The body of the scanner: one test of the name's bytes and one reading of the value per member, in the order of the layout.
 * A member that is not there is passed over, and its column is NULL; a member out of order matches no test and ends as a surprise.
 * Names are bytes to compare and, in the row's literal, JSON texts: no name is ever code.
 */
function scannerCode(columns: readonly ColumnSchema[], keep: readonly string[], layout: Layout): string {
  const members = layout.names.map((name) => {
    const place = columns.findIndex((column) => column.name === name);
    const column = columns[place];
    const value = column ? valueCode(column, place, keep.includes(name)) : SKIP;
    const key = Buffer.from(JSON.stringify(name) + layout.colon);
    return `if(${bytesTest(key)}){p+=${key.length};${value}${afterValue(layout)}}`;
  });
  const needed = columns.flatMap(({ nullable }, i) => (nullable ? [] : [`if(c${i}===null)return;`]));
  const kept = columns.flatMap(({ name }, i) => (keep.includes(name) ? [{ name, value: `c${i}` }] : []));
  return [
    'return function scan(b,p,cursor){',
    'const d=cursor.view,u=cursor.utf8;let c=0,q=0,n=0,s=0;',
    ...columns.map((_, i) => `let c${i}=null;`),
    'if(b[p]!==123)return;p++;',
    'body:{',
    ...members,
    'return;}',
    ...needed,
    'c=b[p];if(c===13)c=b[++p];if(c!==10)return;',
    'cursor.next=p+1;',
    `return ${literalOf(
      kept.map(({ name }) => name),
      kept.map(({ value }) => value),
    )};}`,
  ].join('\n');
}

/** Whether the bytes at `p` are these: four at a time. */
function bytesTest(bytes: Buffer): string {
  const tests: string[] = [];
  let i = 0;
  for (; i + 4 <= bytes.length; i += 4) tests.push(`d.getInt32(p+${i},true)===${bytes.readInt32LE(i)}`);
  for (; i < bytes.length; i++) tests.push(`b[p+${i}]===${bytes[i]}`);
  return tests.join('&&');
}

const SKIP = 'p=scalarEnd(b,p,u);if(p<0)return;';

/** A comma and the next member, or the object's end. */
function afterValue({ comma }: Layout): string {
  const next = comma === ',' ? 'p++;' : 'if(b[p+1]!==32)return;p+=2;';
  return `c=b[p];if(c===44){${next}}else if(c===125){p++;break body;}else return;`;
}

/** Reads a value at `p` into the column's variable, and leaves `p` behind it. A column that is not kept is checked all the same. */
function valueCode(column: ColumnSchema, place: number, kept: boolean): string {
  const nothing = column.nullable ? 'if(b[p+1]!==117||b[p+2]!==108||b[p+3]!==108)return;p+=4;' : 'return;';
  return `c=b[p];if(c===110){${nothing}}else{${presentCode(column, `c${place}`, place, kept)}}`;
}

function presentCode(column: ColumnSchema, to: string, place: number, kept: boolean): string {
  switch (column.type) {
    case 'VARCHAR':
      return textCode(kept ? `${to}=n<128?asciiText(b,q,p):utf8Text(b,q,p);` : `${to}=true;`);
    case 'INT':
      return `${integerCode(true)}if(n<-2147483648||n>2147483647)return;${to}=n;`;
    case 'BIGINT':
      return `${integerCode(kept)}${to}=${kept ? 'n' : 'true'};`;
    case 'DOUBLE':
      return `${doubleCode(kept)}${to}=${kept ? 'n' : 'true'};`;
    case 'BOOLEAN':
      return `if(c!==116&&c!==102)return;${to}=c===116;p=scalarEnd(b,p,u);if(p<0)return;`;
    default:
      return readerCode(column, to, place);
  }
}

/** Content of a text without escapes in [q, p), `n` the bits of its bytes. */
function textCode(take: string): string {
  return `if(c!==34)return;q=++p;n=0;
while((c=b[p])!==34){if(c<32||c===92)return;n|=c;p++;}
if(n>127&&!u)return;${take}p++;`;
}

/** An integer of at most 15 digits; `n` its value, never -0. */
function integerCode(valued: boolean): string {
  return `s=c===45?1:0;if(s===1)c=b[++p];if(c<48||c>57)return;q=p;n=c-48;
if(c===48)c=b[++p];else{while((c=b[++p])>=48&&c<=57)${valued ? 'n=n*10+(c-48);' : ';'}if(p-q>15)return;}${valued ? 'if(s===1)n=0-n;' : ''}`;
}

/** A number without exponent of at most 15 digits: digits and power of ten are exact doubles, so one division rounds correctly. */
function doubleCode(valued: boolean): string {
  const step = valued ? 'n=n*10+(c-48);' : ';';
  return `s=c===45?1:0;if(s===1)c=b[++p];if(c<48||c>57)return;q=p;n=c-48;
if(c===48)c=b[++p];else while((c=b[++p])>=48&&c<=57)${step}
if(c===46){const f=p;while((c=b[++p])>=48&&c<=57)${step}if(p-f===1||p-q>16)return;${valued ? 'n/=powers[p-f-1];' : ''}}else if(p-q>15)return;
${valued ? 'if(s===1)n=-n;' : ''}`;
}

/** Types that are read from their text by the column's reader. */
function readerCode(column: ColumnSchema, to: string, place: number): string {
  const kinds = jsonKinds(column);
  const text = 'q=p+1;p=textEnd(b,q,false);if(p<0)return;n=p;p++;';
  const number = 'q=p;p=numberEnd(b,q);if(p<0)return;n=p;';
  const token =
    kinds.length === 2
      ? `if(c===34){${text}}else{${number}}`
      : kinds[0] === 'string'
        ? `if(c!==34)return;${text}`
        : number;
  return `${token}${to}=readers[${place}](asciiText(b,q,n));if(typeof ${to}==='object')return;`;
}
