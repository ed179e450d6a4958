import { isUtf8 } from 'node:buffer';
import type { Row } from '../../values/sql-type.ts';
import type { SourceSpec } from '../source.ts';
import { Fault } from './fault.ts';
import { lineReader, parseLine } from './json-row.ts';
import type { Cursor } from './json-scanner.ts';
import { LearningScanner } from './learning-scanner.ts';

const NEWLINE = 10;
/** What a scanner wants behind a line. */
const BEHIND = 8;

/** Reads the row of a message that is one JSON object, by the rules of a line of NDJSON; without a value it is none. */
export function jsonMessage({ schema, keep }: SourceSpec): (value: Uint8Array | null) => Row | Fault {
  const { columns } = schema;
  const readLine = lineReader(columns, keep);
  const scanner = new LearningScanner(columns, keep);
  let block = Buffer.alloc(4096);
  const cursor: Cursor = { next: 0, view: viewOf(block), utf8: true };

  /** The row of a message that is written as expected; undefined: a surprise. */
  function scanned(value: Uint8Array): Row | undefined {
    const { scan } = scanner;
    if (scan === undefined) return undefined;
    const { length } = value;
    if (length + BEHIND > block.length) {
      block = Buffer.alloc(2 * (length + BEHIND));
      cursor.view = viewOf(block);
    }
    block.set(value);
    block[length] = NEWLINE;
    const row = scan(block, 0, cursor);
    // What is behind a newline in the message is no row of its own.
    return cursor.next === length + 1 ? row : undefined;
  }

  return (value) => {
    if (value === null) return new Fault('the message has no value');
    if (!isUtf8(value)) return new Fault('invalid UTF-8');
    const row = scanned(value);
    if (row !== undefined) return row;
    const line = parseLine(Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('utf8'));
    if (line instanceof Fault) return line;
    scanner.learn(line);
    return readLine(line);
  };
}

const viewOf = ({ buffer, byteOffset, byteLength }: Buffer): DataView =>
  new DataView(buffer, byteOffset, byteLength);
