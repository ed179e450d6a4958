import type { JobName } from './data/data-set.ts';
import type { Shape } from './data/shape.ts';

/** What is measured. Each part compares the engine, or a piece of it, with what one would write in its place. */
export type PartName = 'ndjson' | 'objects' | 'decode' | 'engine' | 'sqlite' | 'memory' | 'start';

/** Cases that are measured together: one part of one job on one data set. */
export interface Group {
  readonly part: PartName;
  readonly job: JobName;
  readonly shape: Shape;
  /** Rows per epoch: a case each. */
  readonly epochs: readonly number[];
  /** Rounds that count; one more goes before them and is discarded. */
  readonly rounds: number;
}

/** Where a group finds its data and leaves its files. */
export interface Place {
  /** The events of the group as NDJSON. */
  readonly file: string;
  /** A folder for files of the group. */
  readonly folder: string;
}

/** One case, measured. */
export interface Result {
  /** `part/job/rows/keys/epoch` */
  readonly id: string;
  /** Hand divided by engine: above 1 the engine needs less. CPU time, megabytes or milliseconds: see `unit`. The median of the rounds' ratios. */
  readonly ratio: number;
  /** The least and the greatest of the rounds' ratios. */
  readonly range: readonly [number, number];
  /** The same of wall time; null where only one of both is measured. */
  readonly wall: number | null;
  /** Medians. */
  readonly engine: number;
  readonly hand: number;
  readonly unit: 'rows/CPU-s' | 'MB' | 'ms';
  readonly rounds: number;
}

/** The name of a case. */
export const caseId = ({ part, job, shape }: Group, epoch: number): string =>
  `${part}/${job}/${shape.rows}/${shape.keys}/${epoch}`;
