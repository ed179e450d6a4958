// DataHub has no transaction and no fence. Records bear how far their job has written instead, which a new run finds at the ends of the shards.
import type { FenceRow } from '../fence-rules.ts';
import { DataHubFault } from './datahub-fault.ts';
import type { DataHubPort, ReadRecord } from './datahub-port.ts';

const ATTRIBUTE = 'millrace';
/** Records at the end of a shard among which marks are looked for, since others may write there, too; and calls for them. */
const TAIL = 100;
const CALLS = 10;

/** The attributes of a record: all up to this epoch was written before it, or with it. */
export const epochMark = (job: string, owner: string, epoch: number): Readonly<Record<string, string>> => ({
  [ATTRIBUTE]: `${owner} ${epoch} ${job}`,
});

/** A mark as it was found. */
interface Found extends FenceRow {
  /** When its record arrived: epoch milliseconds. */
  readonly committedAt: number;
}

/** How far a job has written, by the marks at the ends of a topic's shards; undefined: there is none. Of several owners the one that wrote last. */
export async function findMark(port: DataHubPort, job: string): Promise<Found | undefined> {
  const tails = await Promise.all((await port.shards()).map(({ id }) => tailOf(port, id)));
  return newestMark(tails.flat().flatMap((record) => markIn(record, job) ?? []));
}

/** Of several topics, or shards. */
export function newestMark(marks: readonly Found[]): Found | undefined {
  const last = marks.reduce<Found | undefined>(
    (newest, mark) => (newest === undefined || mark.committedAt > newest.committedAt ? mark : newest),
    undefined,
  );
  const own = marks.filter(({ owner }) => owner === last?.owner);
  return last && { ...last, epoch: Math.max(...own.map(({ epoch }) => epoch)) };
}

function markIn({ attributes, time }: ReadRecord, job: string): Found | undefined {
  const match = /^(\S+) (\d+) (.*)$/s.exec(String(attributes[ATTRIBUTE] ?? ''));
  return match?.[3] === job
    ? { owner: match[1] as string, epoch: Number(match[2]), committedAt: time }
    : undefined;
}

/** The newest records of a shard. */
async function tailOf(port: DataHubPort, shard: string): Promise<readonly ReadRecord[]> {
  const found: ReadRecord[] = [];
  try {
    const latest = await port.cursor(shard, 'latest');
    let { cursor } = await port
      .cursor(shard, { sequence: Math.max(0, latest.sequence - TAIL + 1) })
      .catch(() => latest);
    for (let i = 0; i < CALLS && (found.at(-1)?.sequence ?? -1) < latest.sequence; i++) {
      const { records, next } = await port.read(shard, cursor, TAIL);
      if (records.length === 0) break;
      found.push(...records);
      cursor = next;
    }
  } catch (error) {
    // A shard without records may have no place to read at.
    if (!(error instanceof DataHubFault) || error.kind === 'away' || error.kind === 'final') throw error;
  }
  return found;
}
