import { isUtf8 } from 'node:buffer';
import { Fault } from '../format/fault.ts';
import { lineReader, parseLine } from '../format/json-row.ts';
import type { Cursor, Scan } from '../format/json-scanner.ts';
import { LearningScanner } from '../format/learning-scanner.ts';
import type { SourceSpec } from '../source.ts';
import type { LineBatch } from './line-batch.ts';
import type { Lines, RowDecoder } from './row-decoder.ts';

const NEWLINE = 10;
const RETURN = 13;

/**
 * Reads NDJSON: one object a line, columns by name. A scanner generated for the schema takes the lines that are written as it
 * expects; all others, and all where code generation is forbidden, go through `JSON.parse` and the columns' readers, with the
 * same answer. Order of members and blanks between them are learnt from the lines.
 */
export function ndjsonDecoder({ schema, keep }: SourceSpec): RowDecoder {
  const { columns } = schema;
  const readLine = lineReader(columns, keep);
  const scanner = new LearningScanner(columns, keep);
  let viewed: Buffer = Buffer.alloc(0);
  const cursor: Cursor = { next: 0, view: new DataView(viewed.buffer), utf8: true };

  /** Takes the line in [from, end) the long way. */
  function decodeLine(bytes: Buffer, from: number, end: number, utf8: boolean, into: LineBatch): void {
    const to = end > from && bytes[end - 1] === RETURN ? end - 1 : end;
    if (isBlank(bytes, from, to)) return;
    if (!utf8 && !isUtf8(bytes.subarray(from, to))) {
      into.reject(new Fault('invalid UTF-8'), from, end);
      return;
    }
    const line = parseLine(bytes.toString('utf8', from, to));
    const row = line instanceof Fault ? line : readLine(line);
    if (row instanceof Fault) into.reject(row, from, end);
    else into.add(row, from, end);
    if (!(line instanceof Fault)) scanner.learn(line);
  }

  return {
    decode({ bytes, from, to, utf8 }: Lines, max: number, into: LineBatch): number {
      if (bytes !== viewed) {
        viewed = bytes;
        cursor.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      }
      cursor.utf8 = utf8;
      let at = from;
      while (at < to && into.n < max) {
        const { scan } = scanner;
        if (scan) at = scanLines(scan, cursor, bytes, at, to, max, into);
        if (at >= to || into.n >= max) break;
        const end = bytes.indexOf(NEWLINE, at);
        decodeLine(bytes, at, end, utf8, into);
        at = end + 1;
      }
      return at;
    },
  };
}

/** Adds rows until a surprise, `max` or the end, and returns the place of the first line not taken. */
function scanLines(
  scan: Scan,
  cursor: Cursor,
  bytes: Buffer,
  from: number,
  to: number,
  max: number,
  into: LineBatch,
): number {
  let at = from;
  for (let n = into.n; at < to && n < max; n++) {
    const row = scan(bytes, at, cursor);
    if (row === undefined) break;
    into.add(row, at, cursor.next - 1);
    at = cursor.next;
  }
  return at;
}

function isBlank(bytes: Buffer, from: number, to: number): boolean {
  let i = from;
  while (i < to && (bytes[i] === 32 || bytes[i] === 9 || bytes[i] === RETURN)) i++;
  return i === to;
}
