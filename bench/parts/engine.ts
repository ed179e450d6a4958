import type { Row } from '../../src/values/sql-type.ts';
import { planOf } from '../bench-job.ts';
import { parsedEvents } from '../data/parsed-events.ts';
import { decodedSource, decodeFile } from '../decoded-source.ts';
import { sourceSpec } from '../run-engine.ts';
import { engineInMemory } from './engine-in-memory.ts';
import { handInMemory } from './hand-in-memory.ts';
import type { MakePart } from './part.ts';

/** The engine alone: from rows that the decoder made before to tables in memory, against the loop over objects. */
export const engine: MakePart = (context) => {
  const { file } = context.place;
  return {
    hand: handInMemory(context, () => {
      const objects = parsedEvents(file);
      return (hand) => {
        for (const object of objects) hand.add(object);
      };
    }),
    engine: (epochRows) =>
      engineInMemory(context, epochRows, async () => {
        const rows: Row[] = [];
        await decodeFile(sourceSpec(planOf(context.group.job)), file, 10_000, (decoded) => {
          for (const row of decoded) rows.push(row);
        });
        return (spec) => decodedSource(spec, rows);
      }),
  };
};
