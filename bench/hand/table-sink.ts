import type { Row, Value } from '../../src/values/sql-type.ts';
import type { HandJob } from './hand-job.ts';
import { readLines } from './read-lines.ts';

/** A table in a database, as one would write it by hand. */
export interface TableSink {
  /** The catalog's name of the table. */
  readonly table: string;
  /** The primary key: one column. */
  readonly key: string;
  /** One transaction. */
  commit(upserts: readonly Row[], deletes: readonly Value[]): Promise<void>;
  close(): Promise<void>;
}

/** Rows of one statement. */
export const MOST_ROWS = 200;

/** Runs a job written by hand over a file of NDJSON and writes one table: one transaction each `epochRows` events. */
export async function runIntoSink<E>(
  input: string,
  job: HandJob<E>,
  sink: TableSink,
  epochRows: number,
): Promise<void> {
  const touched = new Map<Value, Row>();
  let keys = new Set<Value>();
  /** The rows that the epoch touched, or of a small table all rows, without those that are gone. */
  const commit = async (): Promise<void> => {
    const gone: Value[] = [];
    if (job.changed === 'all') {
      for (const row of job.tables()[sink.table] ?? []) touched.set(row[sink.key] as Value, row);
      for (const key of keys) if (!touched.has(key)) gone.push(key);
      keys = new Set(touched.keys());
    }
    await sink.commit([...touched.values()], gone);
    touched.clear();
  };
  let n = 0;
  for await (const lines of readLines(input)) {
    for (const line of lines) {
      const row = job.add(JSON.parse(line) as E);
      if (row !== undefined) touched.set(row[sink.key] as Value, row);
      if (++n % epochRows === 0) await commit();
    }
  }
  if (n % epochRows !== 0) await commit();
}
