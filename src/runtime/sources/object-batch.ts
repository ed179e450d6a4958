import type { Reject, SourceBatch } from '../../connectors/source.ts';
import { RowError } from '../../errors.ts';
import type { SourceSchema } from '../../plan/schema.ts';
import { fromEdge } from '../../values/edge.ts';
import type { Row, Value } from '../../values/sql-type.ts';
import { projection } from '../expressions/projection.ts';

/** Makes rows of a program's objects: every column checked, a missing one NULL, others ignored. */
export type ObjectReader = (objects: readonly unknown[], firstOffset: number) => SourceBatch;

/**
 * Reads objects as rows of a source. Values are those of the edge (`values/edge.ts`): nothing is coerced between text and
 * numbers. A value of another type rejects its row.
 * @param keep the columns that rows carry
 */
export function objectReader(schema: SourceSchema, keep: readonly string[]): ObjectReader {
  const reads = schema.columns.map(({ name, type, nullable }) => ({
    name,
    run: (object: Row): Value => {
      const value = fromEdge(type, object[name], name);
      if (value === null && !nullable) throw new RowError(`${type} NOT NULL is NULL`, name);
      return value;
    },
  }));
  const make = projection(reads.filter(({ name }) => keep.includes(name)));
  const others = reads.filter(({ name }) => !keep.includes(name));
  const read = (object: unknown): Row => {
    if (typeof object !== 'object' || object === null)
      throw new RowError(`a row is an object, not ${typeof object}`);
    for (const { run } of others) run(object as Row);
    return make(object as Row);
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
