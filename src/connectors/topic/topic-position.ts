import { refused } from '../../errors.ts';
import type { SourcePosition } from '../source.ts';

/** By partition: the offset that is read next. */
export type Offsets = Readonly<Record<string, number>>;

/** Where a source of a topic stands. */
export const topicPosition = (topic: string, offsets: Offsets): SourcePosition => ({
  topic,
  offsets: { ...offsets },
});

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
