import type { ColumnSchema } from '../../plan/schema.ts';
import { show } from '../../values/show.ts';
import type { Row, Value } from '../../values/sql-type.ts';
import { jsonReader } from './column-reader.ts';
import { Fault } from './fault.ts';
import { type Member, membersOf } from './json-members.ts';
import { rowMaker } from './row-maker.ts';

/** A JSON object in a line, before its columns are read. */
export interface JsonLine {
  readonly text: string;
  readonly value: Readonly<Record<string, unknown>>;
  readonly members: readonly Member[];
}

/** Parses a line; anything but one JSON object is a fault. */
export function parseLine(text: string): JsonLine | Fault {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return new Fault('not valid JSON');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return new Fault(`wanted a JSON object, got ${show(value)}`);
  return { text, value: value as Readonly<Record<string, unknown>>, members: membersOf(text) };
}

/** Reads all columns of a parsed line and makes the row of those in `keep`. This is what NDJSON means; the generated scanner is its short cut. */
export function lineReader(
  columns: readonly ColumnSchema[],
  keep: readonly string[],
): (line: JsonLine) => Row | Fault {
  const readers = columns.map(jsonReader);
  const places = new Map(columns.map(({ name }, i) => [name, i]));
  const kept = columns.flatMap(({ name }, i) => (keep.includes(name) ? [i] : []));
  const makeRow = rowMaker(kept.map((i) => (columns[i] as ColumnSchema).name));
  return ({ text, value, members }) => {
    const found: (Member | undefined)[] = new Array(columns.length).fill(undefined);
    for (const member of members) {
      const place = places.get(member.name);
      if (place !== undefined) found[place] = member;
    }
    const values: Value[] = [];
    for (let i = 0; i < columns.length; i++) {
      const { name, nullable } = columns[i] as ColumnSchema;
      const member = found[i];
      const json = member === undefined ? null : value[name];
      if (json === null) {
        if (!nullable) return new Fault('NULL in a column that is NOT NULL', name);
        values.push(null);
      } else {
        const read = (readers[i] as (typeof readers)[number])(json, text.slice(member?.start, member?.end));
        if (read instanceof Fault) return read;
        values.push(read);
      }
    }
    return makeRow(kept.map((i) => values[i] as Value));
  };
}
