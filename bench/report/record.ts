import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { Measured } from '../group.ts';
import type { Machine } from './machine.ts';
import { markdown } from './markdown.ts';

/** A run of the bench: what `bench/results.json` holds. */
export interface RunRecord {
  /** ISO date. */
  readonly date: string;
  readonly quick: boolean;
  readonly machine: Machine;
  /** How long the whole run took; not there where cases of several runs are recorded. */
  readonly minutes?: number;
  readonly results: readonly Measured[];
}

const TWIN = new URL('../results.json', import.meta.url);
const TABLE = new URL('../RESULTS.md', import.meta.url);

/** The run that is recorded; undefined where there is none yet. */
export const recorded = (): RunRecord | undefined =>
  existsSync(TWIN) ? (JSON.parse(readFileSync(TWIN, 'utf8')) as RunRecord) : undefined;

/** Records a run: the table to read and its twin for `--check`. */
export function write(record: RunRecord): void {
  writeFileSync(TABLE, markdown(record));
  writeFileSync(TWIN, `${JSON.stringify(record, null, 2)}\n`);
}
