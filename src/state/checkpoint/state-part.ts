import type { Block, KeptColumn } from './block.ts';

/**
 * A part of an operator's state as checkpoints see it: entries at places, small dense numbers that stay an entry's own as
 * long as it lives. What is written of a place is the whole truth about it, so entries of later epochs replace those of
 * earlier ones and may be read twice.
 */
export interface StatePart {
  /** Its name within the operator: `rows`. */
  readonly name: string;
  readonly columns: readonly KeptColumn[];
  /** One past the last place. */
  readonly end: number;
  /** Adds what the open epoch changed: asked for after the epoch is computed, before it is sealed. */
  changed(into: Block): void;
  /** Adds the entries at places from `from` up to, not including, `to`. */
  range(from: number, to: number, into: Block): void;
  /** Takes entries in, in order. Before the first epoch only. */
  restore(block: Block): void;
  /** All entries are in. */
  restored(): void;
}
