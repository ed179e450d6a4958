import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { memoryDatabase } from '../../src/connectors/memory/memory-database.ts';
import type { Source, SourceBatch } from '../../src/connectors/source.ts';
import {
  bigint,
  catalog,
  countDistinct,
  type Job,
  job,
  max,
  source,
  sum,
  table,
  varchar,
} from '../../src/dsl/index.ts';
import { tablesOf } from '../../src/plan/derive/tables.ts';
import { start } from '../../src/runtime/start.ts';
import type { Row } from '../../src/values/sql-type.ts';

const policy = source(
  { id: bigint(), region: varchar(), owner: bigint().notNull(), premium: bigint(), info: varchar() },
  { primaryKey: ['id', 'region'] },
);
const on_file = table(
  { id: bigint(), region: varchar(), owner: bigint().notNull(), premium: bigint(), next: bigint() },
  { primaryKey: ['id', 'region'] },
);
const by_region = table(
  { region: varchar(), total: bigint(), owners: bigint(), most: bigint() },
  { primaryKey: 'region' },
);
const newest = table({ region: varchar(), id: bigint(), premium: bigint() }, { primaryKey: 'region' });
const owner = table({ id: bigint(), name: varchar() }, { primaryKey: 'id' });
const named = table({ id: bigint(), region: varchar(), name: varchar() }, { primaryKey: ['id', 'region'] });
const { stream } = catalog({ policy, on_file, by_region, newest, owner, named }, { timeZone: 'UTC' });

const jobs: Readonly<Record<string, Job>> = {
  'into a table of the same key, with a column that a deleted row has not': job(
    'copy',
    stream('policy')
      .select({
        id: 'id',
        region: 'region',
        owner: 'owner',
        premium: 'premium',
        next: (p) => p.premium.orElse(0).plus(1),
      })
      .into('on_file'),
  ),
  'through a filter and an aggregate': job(
    'sums',
    stream('policy')
      .filter((p) => p.premium.gte(3))
      .groupBy('region')
      .agg({ total: sum('premium'), owners: countDistinct('owner'), most: max('premium') })
      .into('by_region'),
  ),
  'the last of a part of the key: a row that goes gives way to the one before': job(
    'newest',
    stream('policy').keyBy('region').lastValue().pick('region', 'id', 'premium').into('newest'),
  ),
  'beside a row that is looked up': job(
    'named',
    stream('policy')
      .lookup('owner', { id: 'owner' }, { miss: 'null' })
      .pick('id', 'region', 'name')
      .into('named'),
  ),
};

type Step = { readonly id: number; readonly region: string } & (
  | { readonly deleted: true }
  | { readonly deleted: false; readonly owner: number; readonly premium: number | null }
);
const key = { id: fc.nat(3), region: fc.constantFrom('n', 's') };
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      ...key,
      deleted: fc.constant(false as const),
      owner: fc.nat(4),
      premium: fc.option(fc.nat(9)),
    }),
  },
  { weight: 2, arbitrary: fc.record({ ...key, deleted: fc.constant(true as const) }) },
);

const rowOf = ({ id, region, ...rest }: Step): Row => ({
  id,
  region,
  owner: rest.deleted ? null : rest.owner,
  premium: rest.deleted ? null : rest.premium,
  info: null,
});

/** Gives steps in batches; the columns that a job does not use are left out, as a connector does. */
function changes(steps: readonly Step[], keep: readonly string[]): Source {
  let at = 0;
  return {
    name: 'policy',
    replayable: false,
    label: 'changes',
    read(max): SourceBatch | null {
      const taken = steps.slice(at, at + max);
      const base = at;
      at += taken.length;
      if (taken.length === 0) return null;
      return {
        n: taken.length,
        rows: taken.map((one) => Object.fromEntries(keep.map((name) => [name, rowOf(one)[name] ?? null]))),
        rejects: [],
        deletes: taken.flatMap(({ deleted }, i) => (deleted ? [i] : [])),
        offset: (i) => base + i,
        raw: () => Buffer.alloc(0),
        file: () => undefined,
        position: () => null,
      };
    },
    async close() {},
  };
}

async function tablesAfter({ plan }: Job, steps: readonly Step[], epochRows: number) {
  const database = memoryDatabase({ owner: [0, 1, 2].map((id) => ({ id, name: `owner ${id}` })) });
  const summary = await start(plan, {
    sources: { policy: ({ keep }) => changes(steps, keep) },
    databases: Object.fromEntries(tablesOf(plan).map(({ table: { name } }) => [name, database])),
    epochRows,
    epochMs: 0,
  }).done;
  expect(summary.sources.policy).toMatchObject({ read: steps.length, quarantined: 0 });
  return Promise.all(plan.outputs.map((output) => database.rows(output.table)));
}

/** What is left of each key, in order of arrival. */
function left(steps: readonly Step[]): readonly Step[] {
  const rows = new Map<string, Step>();
  for (const one of steps) {
    const text = `${one.id} ${one.region}`;
    rows.delete(text);
    if (!one.deleted) rows.set(text, one);
  }
  return [...rows.values()];
}

describe.each(Object.entries(jobs))('a keyed source %s', (_, keyed) => {
  test('comes to what the rows that are left come to, whatever came before (property)', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { maxLength: 40 }),
        fc.integer({ min: 1, max: 7 }),
        async (steps, epochRows) => {
          expect(await tablesAfter(keyed, steps, epochRows)).toEqual(
            await tablesAfter(keyed, left(steps), 1000),
          );
        },
      ),
      { numRuns: 60 },
    );
  });

  test('changes that come twice, from any place on, do no harm (property)', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), fc.nat(30), async (steps, from) => {
        const again = [...steps, ...steps.slice(from)];
        expect(await tablesAfter(keyed, again, 3)).toEqual(await tablesAfter(keyed, steps, 3));
      }),
      { numRuns: 20 },
    );
  });
});

test('a row that says that a key is gone is judged by its key alone, and only where the key is there', async () => {
  const short = table(
    { id: bigint(), region: varchar(3), premium: bigint() },
    { primaryKey: ['id', 'region'] },
  );
  const other = catalog({ policy, short }, { timeZone: 'UTC' });
  const { plan } = job('short', other.stream('policy').pick('id', 'region', 'premium').into('short'));
  const database = memoryDatabase();
  const steps: readonly Step[] = [
    { id: 1, region: 'north', deleted: false, owner: 1, premium: 1 },
    { id: 1, region: 'north', deleted: true },
  ];
  const summary = await start(plan, {
    sources: { policy: ({ keep }) => changes(steps, keep) },
    databases: { short: database },
    epochRows: 1,
  }).done;
  expect(summary.sources.policy).toMatchObject({ read: 2, quarantined: 1 });
});
