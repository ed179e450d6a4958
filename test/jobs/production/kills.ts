import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import { start } from '../../cli/command.ts';
import { chance } from '../crash/chance.ts';
import { packProgram } from '../crash/program.ts';
import { LONG, SEED } from '../crash/settings.ts';
import { alertSubject, EPOCH_ROWS, linesOf } from '../crash/subjects.ts';
import { CLOCK } from '../inputs.ts';
import { keyed, type World } from './world.ts';

/** Processes that are killed. */
const KILLS = LONG ? 100 : 2;
/** Events that arrive before each. */
const EVENTS = 12;
/** A process is killed so many milliseconds after it has opened its source, at most. */
const LIFE = 400;

export const HISTORY = alertSubject(KILLS * EVENTS);

/**
 * Runs `premium-drop-alert` in production, events arriving all the time, and kills it at random instants: tables and counts come to
 * what the oracle says. The seed of `MILLRACE_SEED` replays the instants.
 */
export async function expectRightThroughKills(world: World): Promise<void> {
  const program = await packProgram(true, world.config);
  const folder = mkdtempSync(join(tmpdir(), 'millrace-production-'));
  const begin = (environment: string) =>
    start(
      [
        ...['run', HISTORY.name, '--env', environment, '--state', join(folder, 'state'), '--clock', CLOCK],
        ...['--epoch-rows', `${EPOCH_ROWS}`, '--epoch-ms', '0', '--json'],
      ],
      { root: program.folder, cwd: program.folder, env: world.env },
    );
  try {
    const events = keyed(HISTORY.lines);
    for (let kill = 0; kill < KILLS; kill++) {
      await world.send(events.slice(kill * EVENTS, (kill + 1) * EVENTS));
      const { child, ended, shows } = begin('production');
      await shows(`${HISTORY.source}: topic`);
      const timer = setTimeout(() => child.kill('SIGKILL'), chance(SEED, kill) * LIFE);
      const { signal, stderr } = await ended;
      clearTimeout(timer);
      expect({ kill, seed: SEED, signal, stderr }).toMatchObject({ signal: 'SIGKILL' });
    }
    const last = await begin('once').ended;
    expect(last).toMatchObject({ code: 0 });
    const summary = JSON.parse(last.stdout.trimEnd().split('\n').at(-1) as string);
    // Some of the work was done by those that were killed.
    expect(summary.run.rows).toBeLessThan(events.length);
    const bad = events.filter(({ text }) => !text.startsWith('{')).length;
    expect(summary.sources[HISTORY.source]).toMatchObject({ read: events.length, quarantined: bad });
    for (const table of HISTORY.tables)
      expect(linesOf(table, await world.rows(table))).toBe(HISTORY.after(events.length / EPOCH_ROWS, table));
  } finally {
    rmSync(folder, { recursive: true });
    program.remove();
  }
}
