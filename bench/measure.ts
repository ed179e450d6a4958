import type { Row } from '../src/values/sql-type.ts';

/** The tables that a run left, by catalog name. */
export type Tables = Readonly<Record<string, Iterable<Row>>>;

/** One way to do the same work. */
export interface Variant {
  /** Gets ready; not measured. */
  prepare(): Promise<Ready> | Ready;
}

/** A run that is ready to go. */
interface Ready {
  /** What is measured. */
  run(): Promise<void>;
  /** What came of it. */
  tables(): Promise<Tables> | Tables;
  close?(): Promise<void>;
}

/** Milliseconds that a run took. */
export interface Sample {
  readonly cpu: number;
  readonly wall: number;
}

/**
 * Runs the variants one after the other, `rounds + 1` times, each round beginning with another; the first round is discarded.
 * @param check compares the tables of a variant with those of the first one, in every round
 * @returns the samples of each variant, by round
 */
export async function measure(
  variants: readonly Variant[],
  rounds: number,
  check: (wanted: Tables, got: Tables) => void,
): Promise<readonly (readonly Sample[])[]> {
  const samples: Sample[][] = variants.map(() => []);
  let wanted: Tables | undefined;
  for (let round = 0; round <= rounds; round++) {
    for (let i = 0; i < variants.length; i++) {
      // The first goes first in the first round, since the others are compared with it.
      const place = (i + round) % variants.length;
      const ready = await (variants[place] as Variant).prepare();
      const sample = await timed(() => ready.run());
      const tables = await ready.tables();
      if (wanted === undefined) wanted = held(tables);
      else check(wanted, tables);
      await ready.close?.();
      if (round > 0) (samples[place] as Sample[]).push(sample);
    }
  }
  return samples;
}

const held = (tables: Tables): Tables =>
  Object.fromEntries(Object.entries(tables).map(([name, rows]) => [name, [...rows]]));

/** CPU time of all threads of the process, and wall time. What was garbage before is collected before. */
async function timed(run: () => Promise<void>): Promise<Sample> {
  globalThis.gc?.();
  await new Promise((resolve) => setImmediate(resolve));
  const began = performance.now();
  const before = process.cpuUsage();
  await run();
  const { user, system } = process.cpuUsage(before);
  return { cpu: (user + system) / 1000, wall: performance.now() - began };
}
