import { refused } from '../../errors.ts';
import type { SourcePosition } from '../source.ts';

/** By partition: the offset that is read next. */
export type Offsets = Readonly<Record<string, number>>;

/** By partition: how many rows of the record at its offset are taken already, where a record stands for several. */
export type Taken = Readonly<Record<string, number>>;

/** Where a source of a topic stands. */
export const topicPosition = (topic: string, offsets: Offsets, taken: Taken = {}): SourcePosition => ({
  topic,
  offsets: { ...offsets },
  ...(Object.keys(taken).length > 0 && { taken: { ...taken } }),
});

/** What is taken of the records at a position's offsets. */
export const takenOf = (position: SourcePosition): Taken =>
  (position as { readonly taken?: Taken }).taken ?? {};

/**
 * The offsets of a position.
 * @throws MillraceError (exit 3) where it is of another topic, or none of a topic
 */
export function offsetsOf(position: SourcePosition, source: string, topic: string): Offsets {
  const { topic: was, offsets } = position as { readonly topic?: unknown; readonly offsets?: unknown };
  const ways = 'Name what the state was read from, or start from empty state with --fresh';
  if (typeof was !== 'string' || typeof offsets !== 'object' || offsets === null)
    throw refused(`source '${source}': the state was not read from a topic, and now it is ${topic}. ${ways}`);
  if (was !== topic)
    throw refused(`source '${source}': the state was read from ${was}, and now it is ${topic}. ${ways}`);
  for (const [partition, offset] of Object.entries(offsets))
    if (!Number.isSafeInteger(offset) || (offset as number) < 0)
      throw refused(`source '${source}': the state stands at no offset of ${topic}[${partition}]. ${ways}`);
  return offsets as Offsets;
}
