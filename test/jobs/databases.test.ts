import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { openFileSource } from '../../src/connectors/file/file-source.ts';
import { run } from '../../src/runtime/run.ts';
import { createDatabase, databaseKinds } from '../databases.ts';
import { expectTables } from '../oracle/expect-tables.ts';
import { EXAMPLES, type Example } from './inputs.ts';
import { fillTables, readTable } from './sql-tables.ts';

const folder = mkdtempSync(join(tmpdir(), 'millrace-jobs-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** The rows as a file: a line each, one that is no JSON among them, one of blanks, the last without its newline. */
function fileOf({ name, rows }: Example): string {
  const path = join(folder, `${name}.ndjson`);
  const lines = rows.map((row) => JSON.stringify({ ...row, unknown: [1, { a: 2 }] }));
  writeFileSync(path, ['  ', '{"id": 1,', ...lines].join('\n'));
  return path;
}

describe.each(databaseKinds)('from a file into %s', (kind) => {
  test.each(EXAMPLES)(
    '$name: the same tables at every epoch size',
    async (example) => {
      const { job, source, clock, before, rows, after, counts } = example;
      const path = fileOf(example);
      for (const epochRows of [1, 4, 1000]) {
        const database = await createDatabase(kind, `jobs_${epochRows}`);
        try {
          await fillTables(database, before);
          const { done } = run(job, {
            sources: { [source]: (spec) => openFileSource(spec, [path]) },
            database: database.url,
            clock: () => Date.parse(clock),
            epochRows,
            epochMs: 0,
          });
          const summary = await done;
          const wanted = after[rows.length] ?? {};
          const got = Object.keys(wanted).map(
            async (name) => [name, await readTable(database, name)] as const,
          );
          expectTables(Object.fromEntries(await Promise.all(got)), wanted, `${epochRows} an epoch`);
          expect(summary.sources[source]).toEqual({
            ...counts,
            read: rows.length + 1,
            quarantined: counts.quarantined + 1,
          });
          expect(summary.epochs).toBe(Math.ceil((rows.length + 1) / epochRows));
        } finally {
          await database.drop();
        }
      }
    },
    60_000,
  );
});
