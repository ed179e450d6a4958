import { expect, jest, test } from '@jest/globals';
import type { SourcePosition } from '../../../src/connectors/source.ts';
import { startDataHubServer } from './datahub-server.ts';
import { Reading, take } from './read-topic.ts';

jest.setTimeout(30_000);

const KEYS = 12;
const ROUNDS = 25;
const MISHAPS = [
  { as: 'drop' },
  { as: 'half' },
  { as: 'lost' },
  { as: { code: 'LimitExceeded' } },
  { as: { code: 'X', status: 500 } },
  { action: 'sub', as: { code: 'InvalidCursor' } },
] as const;

/** Numbers of a linear congruential generator: the same for the same seed. */
function randomOf(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** A history of a topic that is written, split and merged under a service in trouble, and of runs that are killed and go on. */
async function history(seed: number): Promise<void> {
  const random = randomOf(seed);
  const hub = await startDataHubServer();
  const making = { strictSeek: random(2) === 0, quietEnd: random(2) === 0 };
  const topic = hub.createTopic('t', { fields: { n: 'BIGINT' }, shards: 1 + random(3), ...making });
  const reading = new Reading(hub);
  const written: number[] = new Array(KEYS).fill(0);
  const active = () => [...topic.shards.values()].filter(({ state }) => state === 'ACTIVE');
  const put = (key: number) => {
    const hash = ((1n << 128n) * BigInt(key)) / BigInt(KEYS);
    const shard = active().find(({ begin, end }) => begin <= hash && hash < end);
    hub.put('t', shard?.id as string, [[String(key * 1e6 + (written[key] as number)++)]]);
  };
  const options = () => ({
    maxFetchSize: 1 + random(8),
    maxBufferSize: 1 + random(20),
    shardDiscoveryMs: 20,
  });
  let source = await reading.open(options());
  let position: SourcePosition | undefined;
  /** What was read up to `position`. */
  let kept: unknown[] = [];
  let open: unknown[] = [];
  const total = () => written.reduce((sum, n) => sum + n, 0);
  try {
    for (let round = 0; round < ROUNDS; round++) {
      for (let i = random(40); i > 0; i--) put(random(KEYS));
      const shards = active();
      const one = shards[random(shards.length)] as (typeof shards)[number];
      if (random(4) === 0 && shards.length < 8) topic.split(one.id);
      else if (random(4) === 0) {
        const next = shards.find(({ begin }) => begin === one.end);
        if (next !== undefined) topic.merge(one.id, next.id);
      }
      if (random(3) === 0)
        hub.fail({ times: 1 + random(3), ...(MISHAPS[random(MISHAPS.length)] as (typeof MISHAPS)[number]) });
      if (random(5) === 0) topic.age++;
      const left = total() - kept.length - open.length;
      if (left > 0) {
        const taken = await take(source, 1 + random(left), 1 + random(9));
        open.push(...taken.all);
        if (random(2) === 0) {
          position = taken.position;
          kept = [...kept, ...open];
          open = [];
        }
      }
      if (random(4) === 0) {
        await source.close();
        source = await reading.open(options(), position);
        open = [];
      }
    }
    const rest = await take(source, total() - kept.length - open.length, 50);
    const all = [...kept, ...open, ...rest.all] as number[];
    for (let key = 0; key < KEYS; key++)
      expect(all.filter((n) => Math.floor(n / 1e6) === key).map((n) => n % 1e6)).toEqual(
        Array.from({ length: written[key] as number }, (_, i) => i),
      );
    expect(reading.lines.filter((line) => / gone /.test(line))).toEqual([]);
  } finally {
    await reading.close();
    await hub.close();
  }
}

test.each([1, 130, 136])('history %i: each row once, those of a key in order', (seed) => history(seed));
