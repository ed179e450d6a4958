import type { Reject, SourceBatch } from '../../connectors/source.ts';
import { RowError } from '../../errors.ts';
import type { SourceSchema } from '../../plan/schema.ts';
import { fromEdge } from '../../values/edge.ts';
import type { Row, Value } from '../../values/sql-type.ts';

/** Makes rows of a program's objects: every column checked, a missing one NULL, others ignored. */
export type ObjectReader = (objects: readonly unknown[], firstOffset: number) => SourceBatch;

/**
 * Reads objects as rows of a source. Values are those of the edge (`values/edge.ts`): nothing is coerced between text and
 * numbers. A value of another type rejects its row.
 * @param keep the columns that rows carry
 */
export function objectReader(schema: SourceSchema, keep: readonly string[]): ObjectReader {
  const read = (object: unknown): Row => {
    if (typeof object !== 'object' || object === null)
      throw new RowError(`a row is an object, not ${typeof object}`);
    const row: Record<string, Value> = {};
    for (const { name, type, nullable } of schema.columns) {
      const given = (object as Record<string, unknown>)[name];
      let value: Value;
      try {
        value = given === undefined || given === null ? null : fromEdge(type, given);
      } catch (error) {
        throw error instanceof RowError ? new RowError(error.message, name) : error;
      }
      if (value === null && !nullable) throw new RowError(`${type} NOT NULL is NULL`, name);
      if (keep.includes(name)) row[name] = value;
    }
    return row;
  };
  return (objects, firstOffset) => {
    const rejects: Reject[] = [];
    const rows = objects.map((object, index) => {
      try {
        return read(object);
      } catch (error) {
        if (!(error instanceof RowError)) throw error;
        rejects.push({ index, reason: error.message, column: error.column });
        return null;
      }
    });
    return {
      n: rows.length,
      rows,
      rejects,
      offset: (i) => firstOffset + i,
      raw: (i) => Buffer.from(printed(objects[i])),
      file: () => undefined,
    };
  };
}

function printed(object: unknown): string {
  try {
    return (
      JSON.stringify(object, (_, value) => (typeof value === 'bigint' ? `${value}n` : value)) ??
      String(object)
    );
  } catch {
    return String(object);
  }
}
