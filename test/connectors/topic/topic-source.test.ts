import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { jsonMessage } from '../../../src/connectors/format/json-message.ts';
import { memoryDatabase } from '../../../src/connectors/memory/memory-database.ts';
import type { SourceBatch, SourcePosition, SourceSpec } from '../../../src/connectors/source.ts';
import { offsetsOf, takenOf } from '../../../src/connectors/topic/topic-position.ts';
import { TopicSource } from '../../../src/connectors/topic/topic-source.ts';
import { bigint, catalog, job, source, sum, table } from '../../../src/dsl/index.ts';
import { sourcesOf } from '../../../src/plan/derive/sources.ts';
import type { IntoNode } from '../../../src/plan/node.ts';
import type { SourceSchema } from '../../../src/plan/schema.ts';
import { start } from '../../../src/runtime/start.ts';
import { CheckpointLog } from '../../../src/state/checkpoint/checkpoint-log.ts';
import { ListFeed, record } from './list-feed.ts';

const sale = source({ day: bigint().notNull(), n: bigint() });
const totals = table({ day: bigint().notNull(), n: bigint() }, { primaryKey: 'day' });
const { stream } = catalog({ sale, totals }, { timeZone: 'UTC' });
const daily = job(
  'daily',
  stream('sale')
    .groupBy('day')
    .agg({ n: sum('n') })
    .into('totals'),
);

const [schema] = sourcesOf(daily.plan);
const spec: SourceSpec = { schema: schema as SourceSchema, keep: ['day', 'n'] };

/** A topic of JSON; a record without text says nothing. */
function topicOf(
  feed: ListFeed,
  { from, ...rest }: SourceSpec = spec,
): TopicSource<ReturnType<typeof record>> {
  const read = jsonMessage({ ...rest });
  return new TopicSource({
    name: 'sale',
    topic: 'sales',
    label: 'topic sales',
    feed,
    from: from ? offsetsOf(from, 'sale', 'sales') : {},
    decode: ({ raw }) => (raw.length === 0 ? [] : read(raw)),
  });
}

const LISTS = [
  [record('0', 5, '{"day":1,"n":1}'), record('1', 0, '{"day":2,"n":2}'), record('0', 7, '')],
  [record('1', 3, 'no JSON'), record('0', 8, '{"day":1,"n":10}'), record('1', 4, '{"day":2,"n":20}')],
];

describe('a topic', () => {
  test('is read in steps: offsets of all partitions are one position, behind what was given alone', async () => {
    const feed = new ListFeed(LISTS);
    const topic = topicOf(feed);
    const first = await topic.read(1);
    expect(first?.rows).toEqual([{ day: 1, n: 1 }]);
    expect(first?.position()).toEqual({ topic: 'sales', offsets: { 0: 6 } });
    const second = await topic.read(5);
    expect(second?.rows).toEqual([{ day: 2, n: 2 }]);
    expect(second?.position()).toEqual({ topic: 'sales', offsets: { 0: 8, 1: 1 } });
    expect(feed.calls).toBe(1);
    const third = await topic.read(5);
    expect(third?.rows).toEqual([null, { day: 1, n: 10 }, { day: 2, n: 20 }]);
    expect(third?.rejects).toEqual([{ index: 0, reason: 'not valid JSON', column: undefined }]);
    expect([third?.file(0), third?.offset(0), Buffer.from(third?.raw(0) ?? []).toString()]).toEqual([
      'sales[1]',
      3,
      'no JSON',
    ]);
    expect(await topic.read(5)).toBeNull();
    await topic.close();
    expect(feed.closed).toBe(true);
  });

  test('a record of several changes is cut where a batch is full, and read on from there', async () => {
    const lists = () => [[record('0', 5, 'a b -c'), record('1', 0, '-d'), record('0', 6, 'e')]];
    const open = (from?: SourcePosition) =>
      new TopicSource({
        name: 'sale',
        topic: 'sales',
        label: 'topic sales',
        feed: new ListFeed(lists(), from && offsetsOf(from, 'sale', 'sales')),
        from: from ? offsetsOf(from, 'sale', 'sales') : {},
        taken: from && takenOf(from),
        decode: ({ raw }) =>
          Buffer.from(raw)
            .toString()
            .split(' ')
            .map((word) => ({ deleted: word.startsWith('-'), row: { word } })),
      });
    const words = (batch: SourceBatch | null) => [batch?.rows.map((row) => row?.word), batch?.deletes];
    const all = ['a', 'b', '-c', '-d', 'e'];
    for (let cut = 1; cut < all.length; cut++) {
      const topic = open();
      const batch = await topic.read(cut);
      expect(words(batch)[0]).toEqual(all.slice(0, cut));
      expect(batch?.position()).toEqual(
        cut < 3
          ? { topic: 'sales', offsets: { 0: 5 }, taken: { 0: cut } }
          : { topic: 'sales', offsets: cut === 3 ? { 0: 6 } : { 0: 6, 1: 1 } },
      );
      for (const next of [topic, open(batch?.position() as SourcePosition)]) {
        const rest = await next.read(9);
        expect(words(rest)).toEqual([
          all.slice(cut),
          all.slice(cut).flatMap((word, i) => (word.startsWith('-') ? [i] : [])),
        ]);
        expect(rest?.position()).toEqual({ topic: 'sales', offsets: { 0: 7, 1: 1 } });
      }
    }
  });

  test('the position of another topic, or of files, is refused', () => {
    const position = { topic: 'other', offsets: {} };
    expect(() => offsetsOf(position, 'sale', 'sales')).toThrow(
      "source 'sale': the state was read from other, and now it is sales",
    );
    expect(() => offsetsOf({ files: [] }, 'sale', 'sales')).toThrow('was not read from a topic');
    expect(() => offsetsOf({ topic: 'sales', offsets: { 3: -1 } }, 'sale', 'sales')).toThrow('sales[3]');
  });
});

test('a job reads on behind what is durable, and the feed is told of that alone', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'millrace-topic-'));
  const database = memoryDatabase();
  const feeds: ListFeed[] = [];
  const run = async (lists: typeof LISTS) => {
    const checkpoints = await CheckpointLog.open(directory, 'daily', { synchronous: 'NORMAL' });
    const told: number[] = [];
    try {
      const summary = await start(daily.plan, {
        sources: {
          sale: (given) => {
            const offsets = given.from ? offsetsOf(given.from, 'sale', 'sales') : {};
            const feed = new ListFeed(lists, offsets);
            feeds.push(feed);
            return topicOf(feed, given);
          },
        },
        databases: { totals: database },
        checkpoints,
        epochRows: 2,
        onEpoch: () => void told.push(feeds.at(-1)?.told.length ?? 0),
      }).done;
      // Before an epoch is in the tables its offsets are durable.
      expect(told[0]).toBeGreaterThan(0);
      return summary;
    } finally {
      await checkpoints.close();
    }
  };
  try {
    await run(LISTS.slice(0, 1));
    const summary = await run(LISTS);
    expect(summary.sources.sale).toMatchObject({ read: 5, quarantined: 1 });
    expect(feeds.map(({ told }) => told.at(-1))).toEqual([
      { 0: 6, 1: 1 },
      { 0: 9, 1: 5 },
    ]);
    expect(await database.rows((daily.plan.outputs[0] as IntoNode).table)).toEqual([
      { day: 1, n: 11 },
      { day: 2, n: 22 },
    ]);
  } finally {
    await rm(directory, { recursive: true });
  }
});
