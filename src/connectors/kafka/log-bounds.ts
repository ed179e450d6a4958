import { refused } from '../../errors.ts';
import { sleep } from '../sleep.ts';
import type { KafkaPort, Wanted } from './kafka-port.ts';

/** After a change of leader the end of a partition may be told too low for a moment: how often it is asked again, and after how long. */
const TRIES = 4;
const PAUSE = 500;

/**
 * Where to go on in partitions: where they stand, or at the first record where what they stand at is gone (said in a line).
 *
 * @throws MillraceError (exit 3) where one stands behind the end: the topic is not the one that was read
 */
export async function withinLog(
  port: KafkaPort,
  stands: readonly Wanted[],
  {
    source,
    topic,
    log,
    signal,
  }: { source: string; topic: string; log: (line: string) => void; signal: AbortSignal },
): Promise<ReadonlyMap<number, number>> {
  const partitions = stands.map(({ partition }) => partition);
  for (let tries = 1; ; tries++) {
    const first = await port.offsets(partitions, 'earliest');
    const end = await port.offsets(partitions, 'end');
    const behind = stands.find(({ partition, offset }) => offset > (end.get(partition) as number));
    if (behind === undefined)
      return new Map(
        stands.map(({ partition, offset }) => {
          const from = first.get(partition) as number;
          if (offset < from) {
            const rows = `${from - offset} offset${from - offset === 1 ? '' : 's'}`;
            log(
              `source '${source}': records of ${topic}[${partition}] are gone before they were read (retention): from offset ${offset} to ${from - 1}, ${rows}; reading goes on at ${from}`,
            );
          }
          return [partition, Math.max(offset, from)];
        }),
      );
    if (tries === TRIES || signal.aborted)
      throw refused(
        `source '${source}': ${topic}[${behind.partition}] ends at offset ${end.get(behind.partition)}, and was read up to ${behind.offset}: the topic was made anew, or lost records. Restore it, or start from empty state with --fresh`,
      );
    await sleep(PAUSE, signal);
  }
}
