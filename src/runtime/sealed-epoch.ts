import type { TableChanges } from '../connectors/database.ts';
import type { SourcePosition } from '../connectors/source.ts';
import type { EpochRecord } from '../state/checkpoint/checkpoint-log.ts';
import type { ChangeSet } from './change.ts';
import type { CountsAfter } from './counts.ts';

/** An epoch that is computed and can no longer be taken back; what is left to do is to write it. */
export interface SealedEpoch {
  readonly number: number;
  /** Epoch milliseconds. */
  readonly clock: number;
  readonly rows: number;
  readonly quarantined: number;
  /** Its effect on each output's table, in order of the outputs. */
  readonly changes: readonly TableChanges[];
  /** For those who watch the outputs. */
  readonly told: readonly ChangeSet[];
  readonly counts: CountsAfter;
  /** Where sources stand behind it, of those that are told what is durable; undefined: nothing of them is in it. */
  readonly behind: Readonly<Record<string, SourcePosition>> | undefined;
  /** What the checkpoint keeps of it; undefined where the run has none. */
  readonly record: EpochRecord | undefined;
}
