import type { ColumnSchema } from '../../plan/schema.ts';
import { show } from '../../values/show.ts';
import type { Row, Value } from '../../values/sql-type.ts';
import { type JsonReader, jsonReader } from './column-reader.ts';
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

/**
 * Reads all columns of a parsed line and makes the row of those in `keep`. This is what NDJSON means; the generated scanner is its short cut.
 * @param readerOf reads a column's values, where they are not written as NDJSON writes them
 */
export function lineReader(
  columns: readonly ColumnSchema[],
  keep: readonly string[],
  readerOf: (column: ColumnSchema) => JsonReader = jsonReader,
): (line: JsonLine) => Row | Fault {
  const fields = columns.map((column) => ({
    ...column,
    read: readerOf(column),
    kept: keep.includes(column.name),
  }));
  const places = new Map(columns.map(({ name }, i) => [name, i]));
  const makeRow = rowMaker(fields.filter(({ kept }) => kept).map(({ name }) => name));
  /** The member of each column in the line at hand: the last one of its name. */
  const found: (Member | undefined)[] = new Array(columns.length).fill(undefined);
  return ({ text, value, members }) => {
    found.fill(undefined);
    for (let i = 0; i < members.length; i++) {
      const member = members[i] as Member;
      // Most producers write the columns in their order, and comparing costs less than looking up.
      const place = columns[i]?.name === member.name ? i : places.get(member.name);
      if (place !== undefined) found[place] = member;
    }
    const values: Value[] = [];
    for (let i = 0; i < fields.length; i++) {
      const { name, nullable, read, kept } = fields[i] as (typeof fields)[number];
      const member = found[i];
      const json = member === undefined ? null : value[name];
      if (json === null && !nullable) return new Fault('NULL in a column that is NOT NULL', name);
      const result = json === null ? null : read(json, text.slice(member?.start, member?.end));
      if (result instanceof Fault) return result;
      if (kept) values.push(result);
    }
    return makeRow(values);
  };
}
