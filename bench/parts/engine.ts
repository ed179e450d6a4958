import type { Row } from '../../src/values/sql-type.ts';
import { planOf } from '../bench-job.ts';
import { DATA_SETS } from '../data/data-set.ts';
import { events } from '../data/write-events.ts';
import { decodedSource, decodeFile } from '../decoded-source.ts';
import { sourceSpec } from '../run-engine.ts';
import { engineInMemory } from './engine-in-memory.ts';
import { handInMemory } from './hand-in-memory.ts';
import type { MakePart } from './part.ts';

/** The engine alone: from rows that the decoder made before to tables in memory, against the loop over objects. */
export const engine: MakePart = async (context) => {
  const { job, shape } = context.group;
  const objects = [...events(DATA_SETS[job].events(shape), shape)];
  const rows: Row[] = [];
  await decodeFile(sourceSpec(planOf(job)), context.place.file, 10_000, (decoded) => {
    for (const row of decoded) rows.push(row);
  });
  return {
    hand: handInMemory(context, (hand) => {
      for (const object of objects) hand.add(object);
    }),
    engine: (epochRows) => engineInMemory(context, epochRows, (spec) => decodedSource(spec, rows)),
  };
};
