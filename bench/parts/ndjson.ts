import { openFileSource } from '../../src/connectors/file/file-source.ts';
import { runLines } from '../hand/read-lines.ts';
import { engineInMemory } from './engine-in-memory.ts';
import { handInMemory } from './hand-in-memory.ts';
import type { MakePart } from './part.ts';

/** From the bytes of a file to tables in memory, with or without checkpoints. */
const ndjsonPart =
  (checkpoints: boolean): MakePart =>
  (context) => {
    const { file } = context.place;
    return {
      hand: handInMemory(context, () => (job) => runLines(file, job)),
      engine: (epochRows) =>
        engineInMemory(context, epochRows, () => (spec) => openFileSource(spec, [file]), checkpoints),
    };
  };

export const ndjson = ndjsonPart(false);
export const ndjsonCheckpoint = ndjsonPart(true);
