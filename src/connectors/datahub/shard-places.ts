// Where shards are read from: sequences, and cursors for them.
import { refused } from '../../errors.ts';
import { DataHubFault } from './datahub-fault.ts';
import type { DataHubPort } from './datahub-port.ts';

/** A place that a shard can be read at. */
export interface Place {
  readonly cursor: string;
  /** The sequence that is wanted next; records before it may come, and are not. */
  readonly next: number;
}

/** Answers undefined for faults of the kind. */
async function unless<T>(kind: DataHubFault['kind'], work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof DataHubFault && error.kind === kind) return undefined;
    throw error;
  }
}

/** The place of a shard's oldest record; undefined: it has none yet. */
export async function oldestPlace(port: DataHubPort, shard: string): Promise<Place | undefined> {
  const oldest = await unless('gone', port.cursor(shard, 'oldest'));
  return oldest && { cursor: oldest.cursor, next: Math.max(0, oldest.sequence) };
}

/**
 * The place of a sequence, or of the oldest record where retention took what is between; undefined: the shard has no record to begin at.
 *
 * @param names the source and the shard, for the message
 * @throws MillraceError (exit 3) where the shard ends before the sequence: it is not the one that was read
 */
export async function placeOf(
  port: DataHubPort,
  shard: string,
  sequence: number,
  names: { readonly source: string; readonly topic: string },
): Promise<Place | undefined> {
  const found = await unless('gone', port.cursor(shard, { sequence }));
  if (found !== undefined) return { cursor: found.cursor, next: Math.max(sequence, found.sequence) };
  const oldest = await oldestPlace(port, shard);
  if (oldest === undefined || oldest.next >= sequence) return oldest;
  // The service may know no place behind the newest record: then that record is read again, and passed over.
  const latest = await unless('gone', port.cursor(shard, 'latest'));
  if (latest === undefined) return undefined;
  if (latest.sequence + 1 >= sequence) return { cursor: latest.cursor, next: sequence };
  throw refused(
    `source '${names.source}': ${names.topic}[${shard}] ends at sequence ${latest.sequence}, and was read up to ${sequence - 1}: the topic was made anew. Restore it, or start from empty state with --fresh`,
  );
}

/** The sequence behind a shard's newest record. Of a shard without records: one that no record is before. */
export async function endOf(port: DataHubPort, shard: string): Promise<number> {
  const latest = await unless('gone', port.cursor(shard, 'latest'));
  if (latest === undefined) return 0;
  // Of a shard without records a cursor has a sequence, too.
  const { records } = await port.read(shard, latest.cursor, 1);
  const newest = records.at(-1);
  return newest === undefined ? Math.max(0, latest.sequence) : newest.sequence + 1;
}

/** The sequence of the first record that arrived at or after a time; undefined: there is none. */
export async function sequenceAt(
  port: DataHubPort,
  shard: string,
  time: number,
): Promise<number | undefined> {
  const found = await unless('gone', port.cursor(shard, { time }));
  return found && Math.max(0, found.sequence);
}

/** The line about a shard that is no longer there, and was read before this sequence. */
export const goneLine = (source: string, topic: string, shard: string, next: number): string =>
  `source '${source}': ${topic}[${shard}] is gone, ${next > 0 ? `it was read up to sequence ${next - 1}; what it may have held behind that was not read` : 'nothing of it was read'}`;
