// Run as a program of its own, over a copy of the code that is perhaps broken. Argument: what to check.
// Exit 0: nothing is wrong. Exit 42: something is, and the line says what. Anything else: the copy does not even run.

import { testJob } from '../../src/runtime/test-job.ts';
import { createDatabase } from '../databases.ts';
import { EXAMPLES } from '../jobs/inputs.ts';
import { watchAlerts } from '../jobs/whole-epochs.ts';
import { tableLines } from '../oracle/table-lines.ts';

/** What is wrong with the tables of the three jobs; undefined: nothing. */
async function tables(): Promise<string | undefined> {
  for (const { name, job, source, clock, before, rows, after } of EXAMPLES)
    for (const epochRows of [1, 3, 1000]) {
      const result = await testJob(job, { [source]: rows }, { clock, epochRows, tables: before });
      const got = JSON.stringify(tableLines(result.tables));
      const wanted = JSON.stringify(tableLines(after[rows.length] ?? {}));
      if (got !== wanted) return `${name}, ${epochRows} an epoch: ${got.slice(0, 500)}`;
    }
  return undefined;
}

/** What a reader saw that is never true; undefined: nothing. */
async function reader(): Promise<string | undefined> {
  const database = await createDatabase('sqlite', 'mutant');
  try {
    const { torn } = await watchAlerts(database, 250);
    return torn > 0 ? `${torn} reads saw an alert without its premium on file` : undefined;
  } finally {
    await database.drop();
  }
}

const check = process.argv[2] === 'reader' ? reader : tables;
const fault = await check().catch((error: unknown) => String(error));
process.stdout.write(`${fault ?? 'nothing is wrong'}\n`);
process.exit(fault === undefined ? 0 : 42);
