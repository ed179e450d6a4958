import { iterableSource } from '../../src/runtime/sources/iterable-source.ts';
import { parsedEvents } from '../data/parsed-events.ts';
import { engineInMemory } from './engine-in-memory.ts';
import { handInMemory } from './hand-in-memory.ts';
import type { MakePart } from './part.ts';

/** From objects that a program has to tables in memory. The engine checks every column of each, the loop none. */
export const objects: MakePart = (context) => {
  const { file } = context.place;
  return {
    hand: handInMemory(context, () => {
      const rows = parsedEvents(file);
      return (hand) => {
        for (const row of rows) hand.add(row);
      };
    }),
    engine: (epochRows) =>
      engineInMemory(context, epochRows, () => {
        const rows = parsedEvents(file);
        return (spec) => iterableSource(rows, spec);
      }),
  };
};
