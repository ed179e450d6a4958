import type { JobName } from './data/data-set.ts';
import type { Shape } from './data/shape.ts';

/** Libraries that the engine is compared with. */
export const PEERS = ['immutable', 'rxjs', 'db-ivm', 'd2ts', 'sqlite'] as const;

export type PeerName = (typeof PEERS)[number];

/** How often somebody reads a version of the state: in every epoch, in every sixteenth, never. */
export const VERSION_READS = ['each', '16', 'none'] as const;

export type VersionReads = (typeof VERSION_READS)[number];

/** Databases that results go into. */
type Sink = 'sqlite' | 'mariadb' | 'postgres';

/** What is compared by rounds, side by side in a process: the engine, or a piece of it, with what one would use in its place. */
export type RoundPart =
  | 'ndjson'
  | 'ndjson-checkpoint'
  | 'objects'
  | 'engine'
  | 'decode'
  | 'steady'
  | Sink
  | `${Sink}-checkpoint`
  | `kafka-${Exclude<Sink, 'sqlite'>}`
  | `peer-${PeerName}`
  | `versions-${VersionReads}`;

/** What is measured: those, and what takes a process for each run. */
export type PartName =
  | RoundPart
  | 'memory'
  | 'heap'
  | 'start'
  | 'latency'
  | 'latency-sqlite'
  | 'latency-checkpoint';

/** Cases that are measured together: one part of one job on one data set. */
export interface Group {
  readonly part: PartName;
  readonly job: JobName;
  readonly shape: Shape;
  /** Rows per epoch: a case each. Of a latency: milliseconds per epoch. */
  readonly epochs: readonly number[];
  /** Rounds, of a process each. */
  readonly rounds: number;
}

/** Where a group finds its data and leaves its files. */
export interface Place {
  /** The events of the group as NDJSON. */
  readonly file: string;
  /** A folder for files of the group. */
  readonly folder: string;
  /** The same events in a topic, where the part reads one. */
  readonly topic?: Topic;
}

/** A topic of Kafka. */
export interface Topic {
  readonly brokers: readonly string[];
  readonly name: string;
}

/** One case, measured: two sides. */
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
  readonly unit: 'rows/CPU-s' | 'MB' | 'bytes/key' | 'ms';
  readonly rounds: number;
}

/** One latency, measured: milliseconds from when a row was due to the commit of its epoch. Medians of the rounds, `max` the greatest. */
export interface Latency {
  /** `part/job/rows per second/keys/milliseconds per epoch` */
  readonly id: string;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
  /** Seconds that rows were offered in each round. */
  readonly seconds: number;
  readonly rounds: number;
}

/** What a group gives. */
export type Measured = Result | Latency;

/** Is it a comparison of two sides? */
export const isResult = (measured: Measured): measured is Result => 'ratio' in measured;

/** The name of a case. */
export const caseId = ({ part, job, shape }: Group, epoch: number): string =>
  `${part}/${job}/${shape.rows}/${shape.keys}/${epoch}`;
