import { crc32 } from 'node:zlib';
import type { Damaged } from './checkpoint-error.ts';
import { checksum } from './checksum.ts';

/** An epoch's effects on tables. */
export interface OutboxRecord {
  readonly epoch: number;
  readonly head: string;
  readonly outbox: Buffer;
}

/** An epoch as it stands in the log, but for what changed in the state. */
export interface StoredEpoch extends OutboxRecord {
  readonly checksum: number;
}

/** The checksum that stands beside head and outbox. */
export const checksumOf = (head: string, outbox: Buffer): number => checksum(outbox, crc32(head));

/** @throws MillraceError where an epoch is not what was written */
export function checkedEpoch(
  damaged: Damaged,
  { epoch, checksum: stored, head, outbox }: StoredEpoch,
): OutboxRecord {
  if (checksumOf(head, outbox) !== stored) throw damaged(`epoch ${epoch} does not match its checksum`);
  return { epoch, head, outbox };
}
