import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Job } from '../dsl/index.ts';
import { sourcesOf } from '../plan/derive/sources.ts';
import { tablesOf } from '../plan/derive/tables.ts';
import type { JobPlan } from '../plan/node.ts';
import { readCheckpoint } from '../state/checkpoint/read-checkpoint.ts';
import { defaultStateDirectory, inStateDirectory } from '../state/state-directory.ts';
import { refuseUnknownNames } from './config/config-faults.ts';
import { DEVELOPMENT, loadEnvironment } from './config/load-config.ts';
import { oneAddress, openDatabases } from './connect-tables.ts';
import { DemonstrationView } from './demonstration-view.ts';
import { fillDimensions } from './fill-dimensions.ts';
import type { Log } from './log.ts';
import { openSources } from './open-sources.ts';
import { planSources, refuseMissingFiles, rowsAhead, seedOf } from './plan-sources.ts';
import { quarantineCommand, runJob } from './run-job.ts';
import type { RunOptions } from './run-options.ts';
import { counted, quarantinedIn, summaryText } from './summary-text.ts';
import { harmless } from './text-width.ts';

/** Rejected rows that are shown at the end. */
const REJECTED = 3;

/**
 * The demonstration: events of today from the generator, a SQLite file of its own that is emptied first, everything shown.
 * @returns the exit code
 */
export async function runDemonstration(job: Job, options: RunOptions, log: Log): Promise<number> {
  const { plan } = job;
  const environment = await loadEnvironment(DEVELOPMENT);
  await refuseUnknownNames(DEVELOPMENT, environment, job);
  const sources = planSources(plan, options, { name: DEVELOPMENT, config: environment });
  await refuseMissingFiles(sources);
  const state = options.state ?? defaultStateDirectory('demo', plan.name);
  return inStateDirectory(state, plan.name, { fresh: true }, async ({ checkpoints }) => {
    const file = join(state, `${plan.name}.db`);
    for (const suffix of ['', '-wal', '-shm']) await rm(file + suffix, { force: true });

    const connected = await openDatabases(oneAddress(plan, `sqlite:${file}`), log);
    try {
      log.notice(`${plan.name}: a demonstration with generated events, into ${file}, which is emptied first`);
      await fillDimensions(plan, connected, seedOf(sources));
    } catch (error) {
      await connected.close();
      throw error;
    }
    const { code, summary } = await runJob({
      plan,
      options: { ...options, clear: false },
      log,
      state,
      checkpoints,
      fresh: false,
      connected,
      sources: openSources(sources, plan, options, log),
      audience: new DemonstrationView(plan, log, rowsAhead(sources, options)),
    });
    if (code !== 0 || summary === undefined || options.quiet) return code;
    const lines = [
      '',
      ...summaryText(summary),
      ...(await rejectedLines(state, quarantinedIn(summary))),
      '',
      ...lookInside(plan, file),
      '',
      'To try next:',
      ...nextCommands(plan, state).map((command) => `  ${command}`),
    ];
    log.always(lines.join('\n'));
    return code;
  });
}

/** The first of the rejected rows, with the reason. */
async function rejectedLines(state: string, total: number): Promise<string[]> {
  if (total === 0) return [];
  const lines: string[] = [];
  await readCheckpoint(state, async (reader) => {
    for await (const { source, offset, reason, column } of reader.rejected()) {
      const where = column === undefined ? '' : `, column ${column}`;
      lines.push(`  ${source}, row at ${offset}${where}: ${harmless(reason)}`);
      if (lines.length === REJECTED) break;
    }
  });
  const which = total > lines.length ? `, the first ${lines.length}` : '';
  return ['', `${counted(total, 'row')} in quarantine${which}:`, ...lines];
}

function lookInside(plan: JobPlan, file: string): string[] {
  const written = tablesOf(plan).filter((use) => use.writes);
  const { table } = written.find((use) => !use.looksUp) ?? (written[0] as (typeof written)[number]);
  const query = `SELECT * FROM ${table.tableName} ORDER BY ${table.primaryKey.join(', ')}`;
  return [`The tables are in ${file}. To look into it:`, `  sqlite3 -header -column ${file} "${query}"`];
}

const nextCommands = (plan: JobPlan, state: string): readonly string[] => [
  `npx millrace explain ${plan.name}`,
  quarantineCommand(plan.name, state),
  `npm run job ${plan.name} -- --follow`,
  `npm run job ${plan.name} -- --input ${sourcesOf(plan)[0]?.name}=FILE.ndjson --print`,
];
