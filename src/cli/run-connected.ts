import type { Job } from '../dsl/index.ts';
import { wrong } from '../errors.ts';
import { sourcesOf } from '../plan/derive/sources.ts';
import { tablesOf } from '../plan/derive/tables.ts';
import type { JobPlan } from '../plan/node.ts';
import type { Running } from '../runtime/start.ts';
import { defaultStateDirectory, type HeldState, inStateDirectory } from '../state/state-directory.ts';
import { refuseUnknownNames } from './config/config-faults.ts';
import type { EnvironmentConfig } from './config/define-config.ts';
import { DEVELOPMENT, loadEnvironment } from './config/load-config.ts';
import {
  type Address,
  type Connected,
  databaseAddresses,
  oneAddress,
  oneDatabase,
  openDatabases,
} from './connect-tables.ts';
import { fillDimensions, generatedRows } from './fill-dimensions.ts';
import type { Log } from './log.ts';
import { openSources } from './open-sources.ts';
import {
  allGenerated,
  planSources,
  refuseMissingFiles,
  rowsAhead,
  type SourcePlan,
  seedOf,
} from './plan-sources.ts';
import { ChangePrinter, printedDatabase } from './print-changes.ts';
import { Progress } from './progress.ts';
import { quarantineCommand, runJob } from './run-job.ts';
import type { RunOptions } from './run-options.ts';
import { counted, quarantinedIn, summaryText } from './summary-text.ts';

/** The environment, where one is named or needed: a run that says all by options needs no configuration. */
async function environmentOf(job: Job, options: RunOptions, name: string): Promise<EnvironmentConfig> {
  const allTables = options.print || options.database !== undefined;
  const allSources = sourcesOf(job.plan).every((source) => options.inputs.has(source.name));
  if (options.env === undefined && allTables && allSources) return {};
  const environment = await loadEnvironment(name);
  await refuseUnknownNames(name, environment, job);
  return environment;
}

function refuseClear(plan: JobPlan): void {
  const table = tablesOf(plan).find((use) => use.writes && use.looksUp)?.table.name;
  if (table === undefined) return;
  throw wrong(
    `--clear would empty ${table}, which ${plan.name} also looks up: empty it by hand, or leave --clear out`,
  );
}

/** Opens what the tables are in; `printer` where changes are printed and there is no database. */
async function connectTables(
  plan: JobPlan,
  options: RunOptions,
  addresses: ReadonlyMap<string, Address>,
  seed: number | undefined,
  log: Log,
  printer: ChangePrinter,
): Promise<Connected> {
  if (!options.print) return openDatabases(addresses, log);
  const { memoryDatabase } = await import('../connectors/memory/memory-database.ts');
  const rows = seed === undefined ? {} : await generatedRows(plan, seed);
  return oneDatabase(plan, printedDatabase(memoryDatabase(rows), printer));
}

/** What `--fresh` forgets and what it leaves. */
function freshNotice(plan: JobPlan, options: RunOptions, { forgotten }: HeldState): string {
  const tables = tablesOf(plan).filter((use) => use.writes);
  const names = tables.map(({ table }) => table.name).join(', ');
  const state =
    forgotten === undefined
      ? 'the state of before'
      : `the state of before (${counted(forgotten.epochs, 'epoch')}) and ${counted(forgotten.quarantined, 'quarantined row')}`;
  const what = options.print ? '' : `; the rows of ${names} ${options.clear ? 'go too' : 'stay as they are'}`;
  return `--fresh: forgets ${state}${what}`;
}

/** Runs a job over what its options and the environment name. @returns the exit code */
export async function runConnected(job: Job, options: RunOptions, log: Log): Promise<number> {
  const { plan } = job;
  const name = options.env ?? DEVELOPMENT;
  const environment = await environmentOf(job, options, name);
  if (options.clear) refuseClear(plan);
  const sources: SourcePlan = planSources(plan, options, { name, config: environment });
  await refuseMissingFiles(sources);
  const addresses = addressesOf(plan, options, { name, config: environment });
  // What is only shown has nothing to go on from, unless it is asked for.
  const passing = options.print && options.state === undefined;
  const state = options.state ?? defaultStateDirectory(passing ? 'print' : name, plan.name);
  const { synchronous } = environment.state ?? {};
  return inStateDirectory(
    state,
    plan.name,
    { fresh: options.fresh || passing, synchronous },
    async (held) => {
      const { checkpoints } = held;
      const { last } = checkpoints;
      let running: Running | undefined;
      const printer = new ChangePrinter(process.stdout, () => running?.stop());
      const generated = allGenerated(sources);
      const connected = await connectTables(
        plan,
        options,
        addresses,
        generated ? seedOf(sources) : undefined,
        log,
        printer,
      );
      try {
        if (options.fresh) log.notice(freshNotice(plan, options, held));
        else if (last !== undefined) log.notice(`${plan.name} goes on after epoch ${last.epoch} of ${state}`);
        for (const database of connected.all) log.detail(`tables in ${database.label}`);
        if (generated && !options.print && last === undefined)
          await fillDimensions(plan, connected, seedOf(sources));
      } catch (error) {
        await connected.close();
        throw error;
      }
      const progress = new Progress(log, rowsAhead(sources, options));
      const { code, summary } = await runJob({
        plan,
        options,
        log,
        state,
        checkpoints,
        fresh: options.fresh,
        connected,
        sources: openSources(sources, plan, options, log),
        audience: {
          started: (started) => {
            running = started;
            progress.started(started);
            if (options.print) printOutputs(plan, started, printer);
          },
          epoch: () => progress.epoch(),
          ended: () => progress.ended(),
        },
      });
      if (code !== 0 || summary === undefined || options.quiet || options.json) return code;
      for (const line of summaryText(summary)) log.always(line);
      const quarantined = quarantinedIn(summary);
      if (quarantined > 0) log.always(`quarantined rows: ${quarantineCommand(plan.name, state)}`);
      return code;
    },
  );
}

function addressesOf(
  plan: JobPlan,
  options: RunOptions,
  environment: { readonly name: string; readonly config: EnvironmentConfig },
): ReadonlyMap<string, Address> {
  if (options.print) return new Map();
  const { database } = options;
  if (database === undefined) return databaseAddresses(plan, environment.config, environment.name);
  return oneAddress(plan, database);
}

function printOutputs(plan: JobPlan, running: Running, printer: ChangePrinter): void {
  for (const { table } of plan.outputs) {
    running.outputs[table.name]?.subscribe({
      next: (changes) => printer.print(table, changes),
      // The end of the run tells it.
      error: () => {},
    });
  }
}
