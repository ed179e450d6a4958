import { isUtf8 } from 'node:buffer';
import type { Row } from '../../values/sql-type.ts';
import type { SourceSpec } from '../source.ts';
import { Fault } from './fault.ts';
import { lineReader, parseLine } from './json-row.ts';

/** Reads the row of a message that is one JSON object, by the rules of a line of NDJSON; without a value it is none. */
export function jsonMessage({ schema, keep }: SourceSpec): (value: Uint8Array | null) => Row | Fault {
  const readLine = lineReader(schema.columns, keep);
  return (value) => {
    if (value === null) return new Fault('the message has no value');
    if (!isUtf8(value)) return new Fault('invalid UTF-8');
    const line = parseLine(Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('utf8'));
    return line instanceof Fault ? line : readLine(line);
  };
}
