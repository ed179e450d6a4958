import type { SourcePosition } from '../../connectors/source.ts';
import type { CountsOfState } from '../counts.ts';

/** Where a run stands after an epoch: what the next one goes on from. */
export interface RunHead {
  /** The epoch's clock: epoch milliseconds. */
  readonly clock: number;
  /** The sequence number of the next row. */
  readonly seq: number;
  /** Of each source that can be read again and gave rows, by name. */
  readonly positions: Readonly<Record<string, SourcePosition>>;
  /** Over the life of the state. */
  readonly counts: CountsOfState;
  /** Tables that the epoch writes anew: all their rows of before go first. */
  readonly rewritten?: readonly string[];
}

/** The head that a checkpoint holds. */
export const parseHead = (text: string): RunHead => JSON.parse(text) as RunHead;
