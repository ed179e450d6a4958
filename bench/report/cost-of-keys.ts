import type { Result } from '../group.ts';

/** What a row costs with many keys, as a multiple of what it costs with few. */
export interface CostOfKeys {
  readonly part: string;
  readonly job: string;
  readonly rows: number;
  readonly few: number;
  readonly many: number;
  readonly epoch: number;
  readonly engine: number;
  readonly hand: number;
}

/** Where cases differ by their number of keys alone: the most keys against the fewest. */
export function costOfKeys(results: readonly Result[]): CostOfKeys[] {
  const alike = new Map<string, { keys: number; result: Result }[]>();
  for (const result of results) {
    if (result.unit !== 'rows/CPU-s') continue;
    const [part, job, rows, keys, epoch] = result.id.split('/');
    const name = [part, job, rows, epoch].join('/');
    alike.set(name, [...(alike.get(name) ?? []), { keys: Number(keys), result }]);
  }
  return [...alike].flatMap(([name, cases]) => {
    const [few, ...others] = cases.sort((a, b) => a.keys - b.keys);
    const many = others.at(-1);
    if (few === undefined || many === undefined) return [];
    const [part, job, rows, epoch] = name.split('/') as [string, string, string, string];
    return [
      {
        part,
        job,
        rows: Number(rows),
        few: few.keys,
        many: many.keys,
        epoch: Number(epoch),
        engine: few.result.engine / many.result.engine,
        hand: few.result.hand / many.result.hand,
      },
    ];
  });
}
