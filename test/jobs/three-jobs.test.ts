import { describe, expect, test } from '@jest/globals';
import { testJob } from '../../src/runtime/test-job.ts';
import { expectTables } from '../oracle/expect-tables.ts';
import { EXAMPLES } from './inputs.ts';

describe.each(EXAMPLES)('$name', ({ job, source, clock, before, rows, after, counts }) => {
  test.each([1, 2, 3, 1000])('has the tables that its rows come to, %i an epoch', async (epochRows) => {
    const result = await testJob(job, { [source]: rows }, { clock, epochRows, tables: before });
    let compared = 0;
    for (const [n, tables] of Object.entries(after)) {
      if (Number(n) % epochRows !== 0 && Number(n) !== rows.length) continue;
      const epoch = result.epochs[Math.ceil(Number(n) / epochRows) - 1];
      expectTables(epoch ?? {}, tables, `after ${n} rows`);
      compared++;
    }
    expect(compared).toBeGreaterThan(0);
    expect(result.summary.sources[source]).toEqual({ read: rows.length, ...counts });
    expect(result.quarantined).toHaveLength(counts.quarantined);
  });
});
