import { JOB_NAMES } from './data/data-set.ts';
import type { Shape } from './data/shape.ts';
import { caseId, type Group, type PartName } from './group.ts';

const EPOCHS = [1, 100, 1000, 10_000];
/** With a transaction each, epochs of a few rows measure transactions alone. */
const SINK_EPOCHS = [100, 1000, 10_000];
/** Parts are measured in this order. */
const BY_ROUNDS = ['ndjson', 'objects', 'engine', 'decode'] as const satisfies readonly PartName[];

/** What a run of the bench measures. */
export interface Wanted {
  /** 100 k rows alone, in three rounds. */
  readonly quick: boolean;
  /** Only cases whose name contains this. */
  readonly only: string;
}

/** The groups of a run, in order. */
export function planGroups({ quick, only }: Wanted): Group[] {
  const rounds = quick ? 3 : 5;
  const shapes: Shape[] = (quick ? [100_000] : [100_000, 1_000_000]).map((rows) => ({ rows, keys: 50_000 }));
  const memory: Shape[] = quick
    ? [{ rows: 100_000, keys: 50_000 }]
    : [
        { rows: 1_000_000, keys: 50_000 },
        { rows: 1_000_000, keys: 1_000_000 },
      ];
  const groups: Group[] = [];
  for (const part of BY_ROUNDS)
    for (const job of JOB_NAMES)
      for (const shape of shapes) groups.push({ part, job, shape, epochs: EPOCHS, rounds });
  for (const job of JOB_NAMES)
    for (const shape of shapes)
      for (const epoch of SINK_EPOCHS) groups.push({ part: 'sqlite', job, shape, epochs: [epoch], rounds });
  for (const job of JOB_NAMES)
    for (const shape of memory)
      groups.push({ part: 'memory', job, shape, epochs: [1000], rounds: quick ? 1 : 3 });
  for (const job of JOB_NAMES)
    groups.push({ part: 'start', job, shape: { rows: 10, keys: 10 }, epochs: [1000], rounds });
  return groups.flatMap((group) => {
    const epochs = group.epochs.filter((epoch) => caseId(group, epoch).includes(only));
    return epochs.length === 0 ? [] : [{ ...group, epochs }];
  });
}
