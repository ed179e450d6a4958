import { planOf } from '../bench-job.ts';
import { decodeFile } from '../decoded-source.ts';
import { readLines } from '../hand/read-lines.ts';
import type { Variant } from '../measure.ts';
import { sourceSpec } from '../run-engine.ts';
import type { MakePart } from './part.ts';

/** Parsing alone: the decoder, which checks every column, against `JSON.parse` of each line. Rows are counted and dropped. */
export const decode: MakePart = ({ group, place: { file } }) => {
  const spec = sourceSpec(planOf(group.job));
  return {
    hand: counting(async (count) => {
      for await (const lines of readLines(file))
        for (const line of lines) if (typeof JSON.parse(line) === 'object') count(1);
    }),
    engine: (max) => counting((count) => decodeFile(spec, file, max, (rows) => count(rows.length))),
  };
};

/** A run whose only result is the number of its rows. */
function counting(run: (count: (n: number) => void) => Promise<void>): Variant {
  return {
    prepare() {
      let rows = 0;
      return {
        run: () =>
          run((n) => {
            rows += n;
          }),
        tables: () => ({ rows: [{ rows }] }),
      };
    },
  };
}
