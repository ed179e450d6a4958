// The source text of a scanner of NDJSON lines. What it meets and does not expect, it leaves alone: it returns undefined.
// Variables: b the bytes, p the place, d their view, u whether they are valid UTF-8, c a byte, q the begin of a token, n its value or
// the bits of its bytes, s a sign, c0, c1 … the columns.
import type { ColumnSchema } from '../../plan/schema.ts';
import { jsonKinds } from './column-reader.ts';
import type { Layout } from './json-layout.ts';
import { literalOf } from './row-maker.ts';

/** Members of a line up to which their code stands in line. More make a function that V8 does not compile: they call helpers. */
const INLINE_MEMBERS = 48;

/** What stands before the value of a member. */
export const keyOf = (name: string, { colon }: Layout): Buffer => Buffer.from(JSON.stringify(name) + colon);

/**
 * The body of the scanner: one test of the name's bytes and one reading of the value per member, in the order of the layout.
 * A member that is not there is passed over, and its column is NULL; a member out of order matches no test and ends as a surprise.
 * Names are bytes to compare and, in the row's literal, JSON texts: no name is ever code.
 */
export function scannerCode(
  columns: readonly ColumnSchema[],
  keep: readonly string[],
  layout: Layout,
): string {
  const inline = layout.names.length <= INLINE_MEMBERS;
  const members = layout.names.map((name, i) => {
    const place = columns.findIndex((column) => column.name === name);
    const column = columns[place];
    const value = column ? valueCode(column, place, keep.includes(name), inline) : SKIP;
    const key = keyOf(name, layout);
    return `if(${inline ? bytesTest(key) : `sameBytes(b,p,keys[${i}])`}){p+=${key.length};${value}${afterValue(layout)}}`;
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

const SKIP = 'p=valueEnd(b,p,u);if(p<0)return;';

/** A comma and the next member, or the object's end. */
function afterValue({ comma }: Layout): string {
  const next = comma === ',' ? 'p++;' : 'if(b[p+1]!==32)return;p+=2;';
  return `c=b[p];if(c===44){${next}}else if(c===125){p++;break body;}else return;`;
}

/** Reads a value at `p` into the column's variable, and leaves `p` behind it. A column that is not kept is checked all the same. */
function valueCode(column: ColumnSchema, place: number, kept: boolean, inline: boolean): string {
  const nothing = column.nullable ? 'if(b[p+1]!==117||b[p+2]!==108||b[p+3]!==108)return;p+=4;' : 'return;';
  const to = `c${place}`;
  const present = (inline && inlineCode(column, to, kept)) || readerCode(column, to, place);
  return `c=b[p];if(c===110){${nothing}}else{${present}}`;
}

/** The types whose values are read in line. */
function inlineCode({ type }: ColumnSchema, to: string, kept: boolean): string | undefined {
  switch (type) {
    case 'VARCHAR':
      return textCode(to, kept);
    case 'INT':
      return `${integerCode(true)}if(n<-2147483648||n>2147483647)return;${to}=n;`;
    case 'BIGINT':
      return `${integerCode(kept)}${to}=${kept ? 'n' : 'true'};`;
    case 'DOUBLE':
      return `${DOUBLE}${to}=n;`;
    default:
      return undefined;
  }
}

/** A text: its content is in [q, p), `n` the bits of its bytes, and 256 where it has escapes. */
function textCode(to: string, kept: boolean): string {
  const take = kept
    ? `${to}=n<128?asciiText(b,q,p):n<256?utf8Text(b,q,p):escapedText(b,q,p);if(${to}===undefined)return;`
    : `if(n>255&&escapedText(b,q,p)===undefined)return;${to}=true;`;
  return `if(c!==34)return;q=++p;n=0;
while((c=b[p])!==34){if(c<32)return;if(c===92){if(b[++p]<32)return;n|=256;}n|=c;p++;}
if((n&128)!==0&&!u)return;${take}p++;`;
}

/** An integer of at most 15 digits, or 16 below 9e15, which are exact; `n` its value, never -0. */
function integerCode(valued: boolean): string {
  return `s=c===45?1:0;if(s===1)c=b[++p];if(c<48||c>57)return;q=p;n=c-48;
if(c===48)c=b[++p];else{while((c=b[++p])>=48&&c<=57)${valued ? 'n=n*10+(c-48);' : ';'}if(p-q>15&&(p-q>16||b[q]>56))return;}${valued ? 'if(s===1)n=0-n;' : ''}`;
}

/**
 * A number; `n` its value. Digits and power of ten are exact doubles where it has at most 15 digits and no exponent, so one division
 * rounds correctly; any other is read from its text.
 */
const DOUBLE = `s=p;if(c===45)c=b[++p];if(c<48||c>57)return;q=p;n=c-48;
if(c===48)c=b[++p];else while((c=b[++p])>=48&&c<=57)n=n*10+(c-48);
if(c===46){const f=p;while((c=b[++p])>=48&&c<=57)n=n*10+(c-48);if(p-f===1)return;n/=powers[p-f-1];}
if(p-q>15||c===101||c===69){p=numberEnd(b,s);if(p<0)return;n=+asciiText(b,s,p);if(n===Infinity||n===-Infinity)return;}
else if(s!==q)n=-n;`;

/** Values that are read from their text by the column's reader. */
function readerCode(column: ColumnSchema, to: string, place: number): string {
  const kinds = jsonKinds(column);
  if (kinds[0] === 'boolean') return `if(c!==116&&c!==102)return;${to}=c===116;${SKIP}`;
  const text = 'q=p+1;p=textEnd(b,q,u);if(p<0)return;n=p;p++;';
  if (column.type === 'VARCHAR')
    return `if(c!==34)return;${text}${to}=textOf(b,q,n);if(${to}===undefined)return;`;
  const number = 'q=p;p=numberEnd(b,q);if(p<0)return;n=p;';
  const either = kinds.length === 2;
  const token = either
    ? `if(c===34){${text}}else{${number}}`
    : kinds[0] === 'string'
      ? `if(c!==34)return;${text}`
      : number;
  return `${token}${to}=readers[${place}](utf8Text(b,q,n));if(typeof ${to}==='object')return;`;
}
