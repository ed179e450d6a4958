import type { Row } from '../../values/sql-type.ts';
import type { WriteBack } from '../database.ts';
import { parts } from '../sql/parts.ts';
import type { Asked } from './asked.ts';
import type { BoundTable } from './bound-table.ts';
import type { OtsFault } from './ots-fault.ts';
import { MOST_BYTES, type OtsPort, type OtsWrite } from './ots-port.ts';
import { parallel } from './parallel.ts';
import { readRows, scanRows, throwFirst } from './read-rows.ts';
import { weigh } from './weigh.ts';

/** What rows are written with. */
export interface WriteParts {
  readonly port: OtsPort;
  /** Rows of a request. */
  readonly batchSize: number;
  readonly asked: Asked;
}

/** A write whose condition did not hold. */
interface Unmet {
  readonly place: number;
  /** An earlier try of it was not answered, and may have been made. */
  readonly inDoubt: boolean;
}

/** Makes writes, no two of one row, in no order; those that did not go through are tried again, alone. */
async function writeRows(
  { port, batchSize, asked }: WriteParts,
  table: string,
  writes: readonly OtsWrite[],
): Promise<readonly Unmet[]> {
  const placed = writes.map((write, place) => ({ write, place }));
  const batches = [...parts(placed, batchSize, MOST_BYTES, ({ write }) => weigh(write))];
  const missed = await parallel(batches, async (batch) => {
    const unmet: Unmet[] = [];
    let open = batch;
    let tries = 0;
    await asked(async () => {
      const inDoubt = tries++ > 0;
      const results = await port.write(
        table,
        open.map(({ write }) => write),
      );
      const faults: OtsFault[] = [];
      open = open.filter(({ place }, i) => {
        const fault = results[i];
        if (fault?.kind === 'condition') unmet.push({ place, inDoubt });
        return fault !== undefined && fault.kind !== 'condition' && faults.push(fault) > 0;
      });
      throwFirst(faults);
    });
    return unmet;
  });
  return missed.flat();
}

/** Inserts or replaces rows, and deletes those of other keys. */
export async function applyRows(
  parts: WriteParts,
  table: BoundTable,
  upserts: readonly Row[],
  deletes: readonly Row[],
): Promise<void> {
  const gone = deletes.map((row) => table.keyOf(row)).filter((key) => key !== undefined);
  await writeRows(parts, table.name, [
    ...gone.map((key) => ({ kind: 'delete', key }) as const),
    ...upserts.map((row) => table.upsert(row)),
  ]);
}

/**
 * Replaces rows that still are what was read, column by column: one that was changed and changed back counts as unchanged.
 * @param again they may have been made before: a row that is as it is to be counts as replaced then, also where another writer has written the same
 * @returns the rows that were not written, since another was there
 */
export async function writeBackRows(
  parts: WriteParts,
  table: BoundTable,
  writeBacks: readonly WriteBack[],
  again: boolean,
): Promise<readonly Row[]> {
  const unmet = await writeRows(
    parts,
    table.name,
    writeBacks.map((writeBack) => table.writeBack(writeBack)),
  );
  const doubtful = unmet.filter(({ inDoubt }) => inDoubt || again).map(({ place }) => place);
  const keys = doubtful.map((place) => table.upsert(rowAt(place)).key);
  const found = await readRows(parts.port, table.name, keys, parts.asked);
  const made = new Set(
    doubtful.filter((place, i) => {
      const there = found[i];
      return there && table.holds(there, rowAt(place));
    }),
  );
  return unmet.filter(({ place }) => !made.has(place)).map(({ place }) => rowAt(place));

  function rowAt(place: number): Row {
    return (writeBacks[place] as WriteBack).row;
  }
}

/** Deletes all rows. */
export async function clearTable(parts: WriteParts, { name, key }: BoundTable): Promise<void> {
  const { port, asked } = parts;
  for await (const rows of scanRows(port, name, key, Number.POSITIVE_INFINITY, asked))
    await writeRows(
      parts,
      name,
      rows.map((row) => ({ kind: 'delete', key: row.key })),
    );
}
