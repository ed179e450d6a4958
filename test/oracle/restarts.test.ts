import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  avg,
  bigint,
  catalog,
  count,
  countDistinct,
  decimal,
  double,
  hours,
  job,
  max,
  min,
  source,
  sum,
  table,
  varchar,
} from '../../src/dsl/index.ts';
import { anyCases, type Case, keyedCases, shown, windowedCases } from './arbitrary/cases.ts';
import { holds } from './property.ts';
import { type Stop, survived } from './survived.ts';

const stops = fc.array(
  fc.record({
    after: fc.integer({ min: 1, max: 6 }),
    when: fc.constantFrom('before', 'after', 'end'),
  } as const),
  { minLength: 1, maxLength: 3 },
);

const interrupted = (cases: fc.Arbitrary<Case>) =>
  fc.tuple(cases, stops, fc.constantFrom(1, 2, 5), fc.constantFrom(0, 100, 1000, undefined));

for (const [what, cases, runs] of [
  ['in any order', anyCases, 20],
  ['over a keyed source', keyedCases, 12],
  ['with state that is let go', windowedCases, 12],
] as const)
  test(`random jobs, operators ${what}, go on through crashes as if there were none`, async () => {
    await holds(runs, interrupted(cases), async ([given, when, size, snapshotAfter]) => {
      await shown(async (one: Case) => {
        expect(await survived(one, when, size, snapshotAfter)).toEqual(await survived(one, [], size));
      })(given);
    });
  });

// Few keys, much that comes and goes: every operator that keeps something has its state taken down and up again after each epoch.
const event = source({
  id: bigint().notNull(),
  k: varchar().notNull(),
  v: bigint(),
  x: double(),
  d: decimal(10, 2),
});
const rowsById = table(
  { id: bigint().notNull(), k: varchar(), v: bigint(), x: double(), d: decimal(10, 2) },
  { primaryKey: 'id' },
);
const rowsByKey = table(
  { k: varchar().notNull(), id: bigint(), v: bigint(), x: double(), d: decimal(10, 2) },
  { primaryKey: 'k' },
);
const groups = table(
  {
    k: varchar().notNull(),
    n: bigint(),
    ids: bigint(),
    vs: bigint(),
    s: double(),
    e: decimal(30, 2),
    a: double(),
    lo: bigint(),
    hi: double(),
  },
  { primaryKey: 'k' },
);
const note = table(
  { key: varchar().notNull(), note: varchar(), weight: decimal(10, 2) },
  { primaryKey: 'key' },
);
const noted = table({ id: bigint().notNull(), k: varchar(), note: varchar() }, { primaryKey: 'id' });
const { stream } = catalog(
  { event, rowsById, rowsByKey, groups, note, noted },
  { timeZone: 'Asia/Shanghai' },
);
const ttl = hours(2);
const latest = () => stream('event').keyBy('id').lastValue({ ttl });
const ofRows = (options: { readonly ttl?: typeof ttl }) =>
  job(
    'dense',
    stream('event')
      .groupBy('k')
      .agg(
        {
          n: count(),
          ids: countDistinct('id'),
          vs: countDistinct('v'),
          s: sum('x'),
          e: sum('d'),
          a: avg('x'),
          lo: min('v'),
          hi: max('x'),
        },
        options,
      )
      .into('groups'),
  );
const ofLatest = (rows: { readonly ttl?: typeof ttl }, options: { readonly ttl?: typeof ttl }) =>
  job(
    'dense',
    stream('event')
      .keyBy('id')
      .lastValue(rows)
      .filter((e) => e.v.orElse(0).gte(-1))
      .groupBy('k')
      .agg(
        {
          n: count(),
          ids: countDistinct('id'),
          vs: countDistinct('v'),
          s: sum('x'),
          e: sum('d'),
          a: avg('x'),
          lo: min('v'),
          hi: max('x'),
        },
        options,
      )
      .into('groups'),
  );
const dense = {
  'the last by a column': job(
    'dense',
    stream('event').keyBy('k').lastValue({ by: 'v', ttl }).into('rowsByKey'),
  ),
  'the first by arrival': job('dense', stream('event').keyBy('id').firstValue({ ttl }).into('rowsById')),
  'the last that is not null': job(
    'dense',
    stream('event').keyBy('k').lastValue({ ignoreNulls: true, ttl }).into('rowsByKey'),
  ),
  'aggregates of rows that stay': ofRows({}),
  'aggregates of rows that stay, let go': ofRows({ ttl }),
  'aggregates of rows that come to rest': ofLatest({ ttl }, {}),
  'aggregates of rows that come to rest, let go': ofLatest({ ttl }, { ttl }),
  'winners of rows that come to rest': job(
    'dense',
    latest().keyBy('k').lastValue({ by: 'x' }).into('rowsByKey'),
  ),
  'winners of rows that come to rest, let go': job(
    'dense',
    latest().keyBy('k').lastValue({ ignoreNulls: true, ttl }).into('rowsByKey'),
  ),
  'made again from below': ofLatest({}, {}),
  'rows that were joined': job(
    'dense',
    stream('event')
      .keyBy('id')
      .lastValue()
      .lookup('note', { key: 'k' })
      .select({ id: 'id', k: 'k', note: 'note' })
      .into('noted'),
  ),
};

const small = fc.record({
  row: fc.record({
    id: fc.integer({ min: 1, max: 4 }),
    k: fc.constantFrom('a', 'A', ''),
    v: fc.option(fc.integer({ min: -2, max: 3 })),
    x: fc.option(fc.constantFrom(0.1, 0.2, 0.3, -0.3, 1e300, 5)),
    d: fc.option(fc.constantFrom('0.10', '-7.00', '1.25')),
  }),
  minutes: fc.integer({ min: 0, max: 90 }),
});
const always: readonly Stop[] = Array.from({ length: 40 }, (_, i) => ({
  after: 1,
  when: i % 3 === 0 ? 'after' : 'end',
}));

for (const [what, { plan }] of Object.entries(dense))
  test(`a restart after every epoch changes nothing: ${what}`, async () => {
    const histories = fc.array(small, { minLength: 20, maxLength: 28 });
    await holds(
      1,
      fc.tuple(histories, fc.constantFrom(1, 3), fc.constantFrom(0, undefined)),
      async ([rows, size, after]) => {
        await shown(async (one: Case) => {
          expect(await survived(one, always, size, after)).toEqual(await survived(one, [], size));
        })({ plan, rows });
      },
    );
  });
