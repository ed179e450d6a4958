import type { Source, SourcePosition, SourceSpec } from '../connectors/source.ts';
import type { JobPlan } from '../plan/node.ts';
import type { Running } from '../runtime/start.ts';
import type { Summary } from '../runtime/summary.ts';
import type { CheckpointLog } from '../state/checkpoint/checkpoint-log.ts';
import type { Connected } from './connect-tables.ts';
import type { Log } from './log.ts';
import { errorText, exitCodeOf, MOST_LINES } from './report-error.ts';
import type { RunOptions } from './run-options.ts';
import { onStopSignals } from './stop-signals.ts';
import { quarantinedIn, summaryLine } from './summary-text.ts';
import { write } from './write.ts';

/** How to open each source of a plan, by name. */
export type Openers = Readonly<Record<string, (spec: SourceSpec) => Promise<Source>>>;

/** Who shows a run while it goes on. */
export interface Audience {
  started(running: Running): void;
  /** An epoch is committed. */
  epoch(): void;
  /** Nothing comes any more. */
  ended(well: boolean): void;
}

/** What a run is made of. */
export interface JobRun {
  readonly plan: JobPlan;
  readonly options: RunOptions;
  readonly log: Log;
  /** State directory: held. */
  readonly state: string;
  readonly checkpoints: CheckpointLog;
  readonly sources: Openers;
  readonly connected: Connected;
  /** Claim the tables anew, over rows that the job wrote before. */
  readonly fresh: boolean;
  readonly audience: Audience;
}

/** The command that shows the rejected rows of a run. */
export const quarantineCommand = (job: string, state: string): string =>
  `npx millrace quarantine ${job} --state ${state}`;

/** How a run ended. */
export interface RunEnd {
  readonly code: number;
  /** Undefined where it did not begin. */
  readonly summary: Summary | undefined;
}

/**
 * Runs a job to its end, to Ctrl-C or to an error; closes the databases. Tells an error. Writes the summary with `--json`,
 * as the last line of standard output, also after an error where an epoch is committed.
 */
export async function runJob(run: JobRun): Promise<RunEnd> {
  const { plan, options, log, audience } = run;
  let running: Running | undefined;
  let reading = false;
  let summary: Summary | undefined;
  let error: unknown;
  try {
    const { start } = await import('../runtime/start.ts');
    running = start(plan, {
      sources: watched(run.sources, () => {
        reading = true;
      }),
      databases: run.connected.databases,
      checkpoints: run.checkpoints,
      fresh: run.fresh,
      clear: options.clear,
      rebase: options.rebase,
      rebuild: options.rebuild,
      ...settings(options),
      onEpoch: () => audience.epoch(),
      onRestore: restoring(log),
      log: (line) => log.notice(line),
    });
    onStopSignals(() => {
      running?.stop();
      // Until the first row is read a run only waits, perhaps for a database that is away.
      return reading;
    });
    audience.started(running);
    summary = await running.done;
  } catch (caught) {
    error = caught;
    summary = running?.summary();
  } finally {
    await run.connected.close().catch((reason: unknown) => {
      // What is committed is committed.
      log.notice(errorText(reason, options.verbose));
    });
  }
  if (running !== undefined) audience.ended(error === undefined);
  if (error === undefined) {
    if (options.json) await write(process.stdout, `${JSON.stringify(summary)}\n`);
    return { code: 0, summary };
  }
  await reportFailure(run, error, summary);
  return { code: exitCodeOf(error), summary };
}

/** Milliseconds after which a person is told how far the loading of a state is, and between two such lines. */
const PATIENCE = 1000;

/** Tells how much of a state is loaded, where that takes its time. */
function restoring(log: Log): (done: number) => void {
  let told = performance.now();
  return (done) => {
    if (performance.now() - told < PATIENCE) return;
    told = performance.now();
    log.passing(`loading the state: ${Math.round(done * 100)} %`);
  };
}

/** The sources with a word to whoever wants to know that they are read. */
function watched(openers: Openers, onRead: () => void): Openers {
  const watch = (source: Source): Source => ({
    name: source.name,
    replayable: source.replayable,
    label: source.label,
    read: (max) => {
      onRead();
      return source.read(max);
    },
    ...(source.durable && { durable: (position: SourcePosition) => source.durable?.(position) }),
    close: () => source.close(),
  });
  return Object.fromEntries(
    Object.entries(openers).map(([name, open]) => [
      name,
      async (spec: SourceSpec) => watch(await open(spec)),
    ]),
  );
}

const settings = (options: RunOptions) => {
  const { clock, epochRows, epochMs, rows, maxQuarantined } = options;
  return {
    ...(clock === undefined ? {} : { clock: () => clock }),
    ...(epochRows === undefined ? {} : { epochRows }),
    ...(epochMs === undefined ? {} : { epochMs }),
    ...(rows === undefined ? {} : { rows }),
    ...(maxQuarantined === undefined ? {} : { maxQuarantined }),
  };
};

async function reportFailure(run: JobRun, error: unknown, summary: Summary | undefined): Promise<void> {
  const { options, log, plan, state } = run;
  const committed = summary !== undefined && summary.run.epochs > 0;
  const tail: string[] = [];
  if (committed && !options.quiet) tail.push(`committed: ${summaryLine(summary)}`);
  if (committed && quarantinedIn(summary) > 0) {
    tail.push(`quarantined: ${quarantinedIn(summary)}; ${quarantineCommand(plan.name, state)}`);
  }
  const room = Math.max(3, MOST_LINES - log.lines - tail.length);
  log.always([`millrace: ${errorText(error, options.verbose, room)}`, ...tail].join('\n'));
  if (options.json && exitCodeOf(error) === 1) await write(process.stdout, `${JSON.stringify(summary)}\n`);
}
