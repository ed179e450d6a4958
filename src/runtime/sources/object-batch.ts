import type { Reject, SourceBatch } from '../../connectors/source.ts';
import { RowError } from '../../errors.ts';
import type { SourceSchema } from '../../plan/schema.ts';
import type { Row } from '../../values/sql-type.ts';
import { deletedKey, deletedRow } from './deleted-row.ts';
import { objectPosition } from './object-position.ts';
import { objectRow } from './object-row.ts';

/** Makes rows of a program's objects: every column checked, a missing one NULL, others ignored; of `deleted(key)` that the key's row is gone. */
export type ObjectReader = (objects: readonly unknown[], firstOffset: number) => SourceBatch;

/**
 * Reads objects as rows of a source. Values are those of the edge (`values/edge.ts`): nothing is coerced between text and
 * numbers. A value of another type rejects its row.
 * @param keep the columns that rows carry
 * @param again the objects can be had again: batches have positions
 */
export function objectReader(schema: SourceSchema, keep: readonly string[], again: boolean): ObjectReader {
  const make = objectRow(schema, keep);
  const makeDeleted = deletedRow(schema, keep);
  return (objects, firstOffset) => {
    const rejects: Reject[] = [];
    const rows: (Row | null)[] = [];
    const deletes: number[] = [];
    for (let index = 0; index < objects.length; index++) {
      try {
        const object = objects[index];
        if (typeof object !== 'object' || object === null)
          throw new RowError(`a row is an object, not ${typeof object}`);
        const gone = deletedKey(object);
        if (gone === undefined) rows.push(make(object as Row));
        else {
          rows.push(makeDeleted(gone));
          deletes.push(index);
        }
      } catch (error) {
        if (!(error instanceof RowError)) throw error;
        rejects.push({ index, reason: error.message, column: error.column });
        rows.push(null);
      }
    }
    return {
      n: rows.length,
      rows,
      rejects,
      ...(deletes.length > 0 && { deletes }),
      offset: (i) => firstOffset + i,
      raw: (i) => Buffer.from(printed(objects[i])),
      file: () => undefined,
      position: () => (again ? objectPosition(firstOffset + rows.length) : null),
    };
  };
}

/** Of what says that a row is gone, that. */
function shown(object: unknown): unknown {
  const key = typeof object === 'object' && object !== null ? deletedKey(object) : undefined;
  return key === undefined ? object : { deleted: key };
}

function printed(object: unknown): string {
  try {
    return (
      JSON.stringify(shown(object), (_, value) => (typeof value === 'bigint' ? `${value}n` : value)) ??
      String(object)
    );
  } catch {
    return String(object);
  }
}
