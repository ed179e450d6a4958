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

/** CPU time of all threads of the process, and wall time. What was garbage before is collected before. */
export async function timed(run: () => Promise<void>): Promise<Sample> {
  globalThis.gc?.();
  await new Promise((resolve) => setImmediate(resolve));
  const began = performance.now();
  const before = process.cpuUsage();
  await run();
  const { user, system } = process.cpuUsage(before);
  return { cpu: (user + system) / 1000, wall: performance.now() - began };
}
