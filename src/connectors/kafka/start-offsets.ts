import { refused } from '../../errors.ts';
import type { Offsets } from '../topic/topic-position.ts';
import type { KafkaPort } from './kafka-port.ts';
import { withinLog } from './log-bounds.ts';

/** What tells where a source begins. */
export interface StartParts {
  readonly port: KafkaPort;
  readonly source: string;
  readonly topic: string;
  readonly partitions: readonly number[];
  /** The offsets of an earlier run's position; undefined: there was none. */
  readonly position: Offsets | undefined;
  /** Where to begin without a position; epoch milliseconds: at the first record from then on. */
  readonly startFrom: 'earliest' | 'latest' | number;
  readonly log: (line: string) => void;
  readonly signal: AbortSignal;
}

/**
 * The offset that each partition is read from. With a position, partitions that it does not name are new, and read from their beginning.
 *
 * @throws MillraceError (exit 3) where the position is not of this topic: a partition is missing, or shorter
 */
export async function startOffsets(parts: StartParts): Promise<ReadonlyMap<number, number>> {
  const { port, source, topic, partitions, position, startFrom } = parts;
  if (position === undefined)
    return port.offsets(partitions, startFrom === 'latest' ? 'readable' : startFrom);
  const stands = Object.entries(position).map(([partition, offset]) => ({
    partition: Number(partition),
    offset,
  }));
  const missing = stands.find(({ partition }) => !partitions.includes(partition));
  if (missing !== undefined)
    throw refused(
      `source '${source}': the state was read from ${topic}[${missing.partition}], and the topic has ${partitions.length} partition${partitions.length === 1 ? '' : 's'}: it was made anew. Start from empty state with --fresh`,
    );
  const added = partitions.filter((partition) => position[partition] === undefined);
  const known = stands.length > 0 ? await withinLog(port, stands, parts) : [];
  return new Map([...known, ...(added.length > 0 ? await port.offsets(added, 'earliest') : [])]);
}
