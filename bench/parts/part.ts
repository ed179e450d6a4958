import type { Group, Place } from '../group.ts';
import type { Variant } from '../measure.ts';

/** What the variants of a group are made from. */
export interface Context {
  readonly group: Group;
  readonly place: Place;
}

/** A part whose variants run side by side in one process. */
interface Part {
  /** Rows that are measured of a run, where it is not all. */
  readonly rows?: number;
  /** So much a count may differ; 0 where it is not given. Only of a library that cannot do better. */
  readonly slack?: number;
  /** The loop written by hand. */
  readonly hand: Variant;
  /** The engine with so many rows per epoch. */
  engine(epochRows: number): Variant;
}

/** Makes the variants of a group; loads what they share. */
export type MakePart = (context: Context) => Promise<Part> | Part;
