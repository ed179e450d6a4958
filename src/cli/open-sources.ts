import type { Source, SourceSpec } from '../connectors/source.ts';
import type { JobPlan } from '../plan/node.ts';
import { calendar } from '../values/calendar.ts';
import type { Log } from './log.ts';
import type { FromElsewhere, FromFiles, FromGenerator, SourcePlan } from './plan-sources.ts';
import type { Openers } from './run-job.ts';
import type { RunOptions } from './run-options.ts';

/** One of so many events is bad on purpose. */
const BAD_EVERY = 5000;
/** Events a second of a generator that goes on live. */
const LIVE_RATE = 300;

/** How to open each source; says on opening what it is. */
export function openSources(sources: SourcePlan, plan: JobPlan, options: RunOptions, log: Log): Openers {
  const now = options.clock ?? Date.now();
  const open = async (spec: SourceSpec): Promise<Source> => {
    const source = sources.get(spec.schema.name) as FromFiles | FromGenerator | FromElsewhere;
    if (source.from === 'elsewhere') return source.open(spec);
    if (source.from === 'files') {
      const { openFileSource } = await import('../connectors/file/file-source.ts');
      return openFileSource(spec, source.paths, { follow: source.follow });
    }
    const events = options.rows ?? source.rows;
    const { openGenerator } = await import('../connectors/generator/generator.ts');
    return openGenerator(spec, {
      rows: events,
      seed: source.seed,
      from: calendar(plan.timeZone).startOfDay(now),
      to: now,
      badRows: Math.max(Math.min(3, Math.floor(events / 10)), Math.round(events / BAD_EVERY)),
      ratePerSecond: options.follow ? LIVE_RATE : null,
    });
  };
  const opener = async (spec: SourceSpec): Promise<Source> => {
    const source = await open(spec);
    const again = source.replayable
      ? ''
      : ' (not replayable: its rows can be read once; at most once after a crash)';
    log.notice(`${source.name}: ${source.label}${again}`);
    return source;
  };
  return Object.fromEntries([...sources.keys()].map((name) => [name, opener]));
}
