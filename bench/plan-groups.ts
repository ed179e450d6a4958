import type { JobName } from './data/data-set.ts';
import type { Shape } from './data/shape.ts';
import { caseId, type Group, type PartName, PEERS, VERSION_READS } from './group.ts';

/** What a run of the bench measures. */
export interface Wanted {
  /** A few cases, in three rounds. */
  readonly quick: boolean;
  /** Only cases whose name contains this. */
  readonly only: string;
}

/** The groups of each part, job and shape. */
interface Block {
  readonly parts: readonly PartName[];
  readonly jobs: readonly JobName[];
  readonly shapes: readonly Shape[];
  readonly epochs: readonly number[];
  /** Where it is not five. */
  readonly rounds?: number;
  /** A group for each epoch: the loop must commit as often. */
  readonly apart?: boolean;
}

const K = 1000;
const M = 1_000_000;
const shapes = (rows: number, ...keys: readonly number[]): Shape[] => keys.map((n) => ({ rows, keys: n }));

const ISSUED: readonly JobName[] = ['hourly-premium', 'premium-drop-alert', 'user-last-page'];
const IN_MEMORY: readonly JobName[] = [...ISSUED, 'page-count'];
/** `premium-drop-alert` has half as many rows. */
const BUT_ALERT = IN_MEMORY.filter((job) => job !== 'premium-drop-alert');
const ALERT: readonly JobName[] = ['premium-drop-alert'];

const intoServer = (part: PartName): Block => ({
  parts: [part],
  jobs: ['hourly-premium', 'user-last-page'],
  shapes: shapes(100 * K, 50 * K),
  epochs: [K, 10 * K],
  apart: true,
});

const FULL: readonly Block[] = [
  { parts: ['ndjson'], jobs: BUT_ALERT, shapes: shapes(M, 50 * K), epochs: [1, K, 10 * K] },
  { parts: ['ndjson'], jobs: ALERT, shapes: shapes(500 * K, 50 * K), epochs: [1, K, 10 * K] },
  { parts: ['ndjson'], jobs: IN_MEMORY, shapes: shapes(100 * K, 50 * K), epochs: [1, 10, 100, K, 10 * K] },
  { parts: ['ndjson'], jobs: BUT_ALERT, shapes: shapes(M, M), epochs: [K] },
  { parts: ['ndjson'], jobs: ALERT, shapes: shapes(500 * K, M), epochs: [K] },
  { parts: ['objects', 'engine'], jobs: BUT_ALERT, shapes: shapes(M, 50 * K), epochs: [K] },
  { parts: ['objects', 'engine'], jobs: ALERT, shapes: shapes(500 * K, 50 * K), epochs: [K] },
  { parts: ['objects', 'engine'], jobs: IN_MEMORY, shapes: shapes(100 * K, 50 * K), epochs: [1, K] },
  {
    parts: ['sqlite'],
    jobs: ['hourly-premium', 'user-last-page'],
    shapes: shapes(M, 50 * K),
    epochs: [K],
    apart: true,
  },
  {
    parts: ['sqlite'],
    jobs: ISSUED,
    shapes: shapes(100 * K, 50 * K),
    epochs: [100, K, 10 * K],
    apart: true,
  },
  {
    parts: ['ndjson-checkpoint'],
    jobs: IN_MEMORY,
    shapes: shapes(M, 50 * K),
    epochs: [K],
  },
  {
    parts: ['sqlite-checkpoint'],
    jobs: ISSUED,
    shapes: shapes(M, 50 * K),
    epochs: [K],
    apart: true,
  },
  {
    parts: ['mariadb-checkpoint', 'postgres-checkpoint'],
    jobs: ISSUED,
    shapes: shapes(M, 50 * K),
    epochs: [K],
    apart: true,
    rounds: 3,
  },
  {
    parts: ['kafka-mariadb', 'kafka-postgres'],
    jobs: ISSUED,
    shapes: shapes(M, 50 * K),
    epochs: [K],
    apart: true,
    rounds: 3,
  },
  { parts: ['decode'], jobs: ISSUED, shapes: shapes(M, 50 * K), epochs: [K] },
  { parts: ['steady'], jobs: BUT_ALERT, shapes: shapes(2 * M, 50 * K), epochs: [K] },
  intoServer('mariadb'),
  intoServer('postgres'),
  {
    parts: PEERS.map((peer) => `peer-${peer}` as const),
    jobs: ['hourly-premium'],
    shapes: shapes(100 * K, 50 * K),
    epochs: [K],
  },
  // A run of d2ts takes minutes there.
  {
    parts: PEERS.filter((peer) => peer !== 'd2ts').map((peer) => `peer-${peer}` as const),
    jobs: ['hourly-premium'],
    shapes: shapes(M, 50 * K),
    epochs: [K],
    rounds: 3,
  },
  {
    parts: VERSION_READS.map((reads) => `versions-${reads}` as const),
    jobs: ['user-last-page'],
    shapes: shapes(M, 50 * K, M),
    epochs: [K],
  },
  { parts: ['memory'], jobs: ISSUED, shapes: shapes(M, 50 * K, M), epochs: [K], rounds: 3 },
  { parts: ['heap'], jobs: BUT_ALERT, shapes: shapes(M, M), epochs: [K], rounds: 3 },
  { parts: ['start'], jobs: ISSUED, shapes: shapes(10, 10), epochs: [K] },
  // Here rows are those of a second, epochs milliseconds.
  {
    parts: ['latency', 'latency-sqlite', 'latency-checkpoint'],
    jobs: ['hourly-premium', 'user-last-page'],
    shapes: [K, 10 * K, 50 * K].map((rows) => ({ rows, keys: 50 * K })),
    epochs: [10, 100],
    rounds: 3,
  },
];

const QUICK: readonly Block[] = [
  { parts: ['ndjson'], jobs: IN_MEMORY, shapes: shapes(100 * K, 50 * K), epochs: [K] },
  {
    parts: ['objects'],
    jobs: ['hourly-premium', 'page-count'],
    shapes: shapes(100 * K, 50 * K),
    epochs: [K],
  },
  {
    parts: ['sqlite', 'ndjson-checkpoint', 'sqlite-checkpoint'],
    jobs: ['hourly-premium'],
    shapes: shapes(100 * K, 50 * K),
    epochs: [K],
    apart: true,
  },
  { parts: ['memory'], jobs: ['hourly-premium'], shapes: shapes(100 * K, 50 * K), epochs: [K], rounds: 1 },
  { parts: ['start'], jobs: ['hourly-premium'], shapes: shapes(10, 10), epochs: [K] },
  { parts: ['latency'], jobs: ['hourly-premium'], shapes: shapes(10 * K, 50 * K), epochs: [10], rounds: 1 },
];

/** The groups of a run, in order. */
export function planGroups({ quick, only }: Wanted): Group[] {
  return (quick ? QUICK : FULL)
    .flatMap((block) => groupsOf(block, quick ? 3 : 5))
    .flatMap((group) => {
      const epochs = group.epochs.filter((epoch) => caseId(group, epoch).includes(only));
      return epochs.length === 0 ? [] : [{ ...group, epochs }];
    });
}

function groupsOf({ parts, jobs, shapes, epochs, rounds, apart }: Block, usual: number): Group[] {
  const together = apart === true ? epochs.map((epoch) => [epoch]) : [epochs];
  return parts.flatMap((part) =>
    jobs.flatMap((job) =>
      shapes.flatMap((shape) =>
        together.map((some) => ({ part, job, shape, epochs: some, rounds: rounds ?? usual })),
      ),
    ),
  );
}
