import { iterableSource } from '../../src/runtime/sources/iterable-source.ts';
import { DATA_SETS } from '../data/data-set.ts';
import { events } from '../data/write-events.ts';
import { engineInMemory } from './engine-in-memory.ts';
import { handInMemory } from './hand-in-memory.ts';
import type { MakePart } from './part.ts';

/** From objects that a program has to tables in memory. The engine checks every column of each, the loop none. */
export const objects: MakePart = (context) => {
  const { job, shape } = context.group;
  const rows = [...events(DATA_SETS[job].events(shape), shape)];
  return {
    hand: handInMemory(context, (hand) => {
      for (const row of rows) hand.add(row);
    }),
    engine: (epochRows) => engineInMemory(context, epochRows, (spec) => iterableSource(rows, spec)),
  };
};
