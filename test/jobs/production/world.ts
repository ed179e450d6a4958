import type { TableRow } from '../inputs.ts';

/** A line of the history, and what its event is about: those of one key arrive in order. */
export interface Keyed {
  readonly key: string;
  readonly text: string;
}

/** Servers as a job has them in production: its events come from there, its tables are there. */
export interface World {
  /** Of `millrace.config.ts`, without types: `production` goes on, `once` ends at what is there. */
  readonly config: string;
  /** Environment variables that the configuration names. */
  readonly env: Readonly<Record<string, string>>;
  send(events: readonly Keyed[]): Promise<void>;
  /** Rows of a table of the job as another program reads them. */
  rows(table: string): Promise<readonly TableRow[]>;
  remove(): Promise<void>;
}

/** The lines of a history, each with the id in it. */
export const keyed = (lines: string): readonly Keyed[] =>
  lines
    .trimEnd()
    .split('\n')
    .map((text) => ({ key: /"id":(\d+)/.exec(text)?.[1] ?? '0', text }));
