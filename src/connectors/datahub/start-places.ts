import type { Offsets } from '../topic/topic-position.ts';
import { DataHubFault } from './datahub-fault.ts';
import type { DataHubPort, Shard } from './datahub-port.ts';
import { ShardFamily } from './shard-family.ts';
import { endOf, goneLine, oldestPlace, sequenceAt } from './shard-places.ts';

/** What tells where a source begins. */
export interface StartParts {
  readonly port: DataHubPort;
  readonly source: string;
  readonly topic: string;
  /** The offsets of an earlier run's position; undefined: there was none. */
  readonly position: Offsets | undefined;
  /** Without a position: at the first record from then on, epoch milliseconds; undefined: at the oldest records. */
  readonly startTime: number | undefined;
  readonly log: (line: string) => void;
}

/** Where a source begins. */
export interface StartPlaces {
  readonly family: ShardFamily;
  /** The sequence that shards are read from; others from their oldest record. */
  readonly from: ReadonlyMap<string, number>;
}

/** The places at which the shards of a list are read first. */
export async function startPlaces(parts: StartParts, shards: readonly Shard[]): Promise<StartPlaces> {
  const family = new ShardFamily();
  family.list(shards);
  const { position } = parts;
  if (position === undefined) return { family, from: await freshPlaces(parts, shards, family) };
  const named = new Set(Object.keys(position));
  for (const { id } of shards) if (!named.has(id) && family.isBehind(id, named)) family.drain(id);
  for (const [id, next] of Object.entries(position))
    if (!family.has(id) && !family.isBehind(id, named))
      parts.log(goneLine(parts.source, parts.topic, id, next));
  // Those that are gone leave the position, so that they are told once.
  return { family, from: new Map(Object.entries(position).filter(([id]) => family.has(id))) };
}

/**
 * Places without a position. A shard that follows others gets none, and is read from its oldest record: so that a position that names it
 * says that these were read to their end.
 */
async function freshPlaces(
  { port, startTime }: StartParts,
  shards: readonly Shard[],
  family: ShardFamily,
): Promise<ReadonlyMap<string, number>> {
  const places = await Promise.all(
    shards.map(async ({ id, state }) => {
      const at = await freshPlace(port, id, state, startTime);
      if (at === undefined) family.drain(id);
      return [id, at] as const;
    }),
  );
  const begun = new Map(places.flatMap(([id, at]) => (at === undefined ? [] : [[id, at] as const])));
  const first = shards.filter(({ parents }) => !parents.some((parent) => begun.has(parent)));
  return new Map(first.flatMap(({ id }) => (begun.has(id) ? [[id, begun.get(id) as number] as const] : [])));
}

/** Undefined: the shard has nothing to read, and gets nothing any more. */
async function freshPlace(
  port: DataHubPort,
  shard: string,
  state: string,
  startTime: number | undefined,
): Promise<number | undefined> {
  try {
    if (startTime === undefined) return (await oldestPlace(port, shard))?.next ?? 0;
    const found = await sequenceAt(port, shard, startTime);
    return found ?? (state === 'CLOSED' ? undefined : await endOf(port, shard));
  } catch (error) {
    if (error instanceof DataHubFault && error.kind === 'sealed') return undefined;
    throw error;
  }
}

/** Where the shards end that are there now; shards without an entry are read until they say so. */
export async function endPlaces(
  port: DataHubPort,
  shards: readonly Shard[],
): Promise<ReadonlyMap<string, number>> {
  const ends = await Promise.all(
    shards
      .filter(({ state }) => state === 'ACTIVE')
      .map(async ({ id }) => [id, await endOf(port, id)] as const),
  );
  return new Map(ends);
}
