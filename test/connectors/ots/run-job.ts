// Runs premium-drop-alert with its tables in Tablestore, as a process that a test kills. Says its summary in one line of JSON.
import job from '../../../jobs/premium-drop-alert.ts';
import { openFileSource } from '../../../src/connectors/file/file-source.ts';
import { openOtsDatabase } from '../../../src/connectors/ots/ots-database.ts';
import type { OtsOptions } from '../../../src/connectors/ots/ots-options.ts';
import { run } from '../../../src/runtime/run.ts';

/** What the process is told, as its one argument. */
export interface RunSettings {
  readonly options: OtsOptions;
  readonly input: string;
  readonly state: string;
  readonly epochRows: number;
}

const { options, input, state, epochRows } = JSON.parse(process.argv[2] as string) as RunSettings;
const log = (line: string) => process.stderr.write(`${line}\n`);
const database = await openOtsDatabase(options, { log });
const { done } = run(job, {
  sources: { update_info: (spec) => openFileSource(spec, [input]) },
  database,
  state,
  epochRows,
  epochMs: 0,
  log,
});
const summary = await done;
await database.close();
process.stdout.write(`${JSON.stringify(summary)}\n`);
