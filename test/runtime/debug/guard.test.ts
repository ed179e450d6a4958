import { describe, expect, test } from '@jest/globals';
import type { Database } from '../../../src/connectors/database.ts';
import { memoryDatabase } from '../../../src/connectors/memory/memory-database.ts';
import type { SourceSpec } from '../../../src/connectors/source.ts';
import type { Relation } from '../../../src/plan/node.ts';
import type { AppendBatch, Batch, ChangeBatch } from '../../../src/runtime/batch.ts';
import { guarded } from '../../../src/runtime/debug/guard.ts';
import type { Epoch } from '../../../src/runtime/epoch.ts';
import type { Operator } from '../../../src/runtime/operator.ts';
import { run } from '../../../src/runtime/run.ts';
import { iterableSource } from '../../../src/runtime/sources/iterable-source.ts';
import { start } from '../../../src/runtime/start.ts';
import { testJob } from '../../../src/runtime/test-job.ts';
import type { Row } from '../../../src/values/sql-type.ts';
import { call, filter, into, job, lastValue, project, source, table, udf } from '../../plan/build.ts';

const rows = source('s', { id: 'BIGINT!', text: 'VARCHAR' });
const passing = filter(rows, call('isNotNull', 'text'));
const latest = lastValue(rows, ['id']);
const plan = job(into(latest, table('t', { id: 'BIGINT!', text: 'VARCHAR' }, 'id')));

const epoch = (firstSeq: number, endSeq: number): Epoch => ({
  number: 1,
  clock: 0,
  parts: [],
  firstSeq,
  endSeq,
  deletes: new Set(),
  faults: new Map(),
  spoilt: false,
  applied: new Uint8Array(endSeq - firstSeq),
  wroteFor: new Map(),
});
const appended = (...all: Row[]): AppendBatch => ({
  kind: 'append',
  n: all.length,
  rows: all,
  seqs: all.map((_, i) => i),
});
const changed = (more: Partial<ChangeBatch>): ChangeBatch => ({
  kind: 'changes',
  n: 1,
  before: [undefined],
  after: [{ id: 1, text: 'a' }],
  beforeSeqs: [-1],
  afterSeqs: [0],
  slots: [-1],
  settled: [],
  settledSeqs: [],
  ...more,
});

/** An operator of a node that answers what `apply` makes, in debug mode. */
const guardedBy = (node: Relation, apply: (input: Batch) => Batch): Operator =>
  (guarded.operator as (operator: Operator) => Operator)({ node, apply, state: null });
const inputs = appended({ id: 1, text: 'a' }, { id: 2, text: 'b' });

describe('operators', () => {
  test('an operator that changes a row of its input is stopped at that place', () => {
    const operator = guardedBy(passing, (input) => {
      ((input as AppendBatch).rows[0] as { text: string }).text = 'changed';
      return input;
    });
    expect(() => operator.apply(appended({ id: 1, text: 'a' }), epoch(0, 1))).toThrow(TypeError);
  });

  test('rows that are given out are frozen', () => {
    const { rows: given } = guardedBy(passing, (input) => input).apply(inputs, epoch(0, 2)) as AppendBatch;
    expect(given.slice(0, 2).map((row) => Object.isFrozen(row))).toEqual([true, true]);
  });

  test('a buffer that its operator uses again while the epoch is open', () => {
    const buffer: Row[] = [];
    const operator = guardedBy(passing, (input) => {
      buffer.push(...(input as AppendBatch).rows);
      return { kind: 'append', n: buffer.length, rows: buffer, seqs: buffer.map((_, i) => i) };
    });
    operator.apply(inputs, epoch(0, 2));
    buffer.length = 0;
    expect(() => operator.state?.commit(epoch(0, 2))).toThrow(
      /: filter: 'rows' of a batch was changed by the operator that had given it out/,
    );
  });

  test('a reader that changes what it was lent', () => {
    const operator = guardedBy(passing, (input) => input);
    const lent = operator.apply(inputs, epoch(0, 2)) as AppendBatch;
    (lent.seqs as number[])[0] = 7;
    expect(() => operator.state?.rollback()).toThrow(
      "'seqs' of a batch was changed by an operator above that read it",
    );
  });

  test.each(['commit', 'rollback'] as const)('a batch that is read after the %s of its epoch', (end) => {
    const operator = guardedBy(passing, (input) => input);
    const lent = operator.apply(inputs, epoch(0, 2)) as AppendBatch;
    expect(lent.rows[1]?.text).toBe('b');
    operator.state?.[end](epoch(0, 2));
    expect(() => lent.rows[1]?.text).toThrow('may not be read');
    expect(lent.seqs.slice(0, lent.n)).toEqual([Number.NaN, Number.NaN]);
    // What it was made from is untouched: it is somebody else's.
    expect(inputs.rows[1]?.text).toBe('b');
  });
});

test('a reader that goes on behind the entries that count', () => {
  const operator = guardedBy(passing, () => ({ ...inputs, n: 1 }));
  const lent = operator.apply(inputs, epoch(0, 2)) as AppendBatch;
  expect(lent.rows[0]?.text).toBe('a');
  expect(() => lent.rows[1]?.text).toThrow('may not be read');
});

describe('batches', () => {
  test.each<[string, Batch]>([
    ["a row has a column 'other' that the plan does not know", appended({ id: 1, text: 'a', other: 1 })],
    ["column 'id' holds string 1", appended({ id: '1', text: 'a' })],
    ["column 'id' holds object null", appended({ id: null, text: 'a' })],
    // The filter below says so.
    ["column 'text' holds object null", appended({ id: 1, text: null })],
    ['2 rows are 2 with 1 arrivals', { ...inputs, seqs: [0] }],
    ['2 rows are 1 with 2 arrivals', { ...inputs, rows: inputs.rows.slice(1) }],
    ['arrival 2 is of another epoch', { ...appended({ id: 1, text: 'a' }), seqs: [2] }],
    ['arrival 0 comes too late', { ...inputs, seqs: [1, 0] }],
  ])('appended: %s', (message, batch) => {
    const operator = guardedBy(passing, () => batch);
    expect(() => operator.apply(inputs, epoch(0, 2))).toThrow(`broken invariant: ${message}`);
  });

  const old = { id: 1, text: 'a' };
  test.each<[string, Partial<ChangeBatch>]>([
    ['an array of 1 changes is shorter', { slots: [] }],
    ['settled rows and their arrivals differ in number', { settled: [old] }],
    ['a change has neither row', { after: [undefined] }],
    ['key 1 changes itself', { before: [{ id: 2, text: 'a' }] }],
    ["column 'id' holds boolean true", { settled: [{ id: true, text: null }], settledSeqs: [0] }],
    [
      'key 1 changes twice in an epoch',
      { n: 2, before: [old, old], after: [old, old], beforeSeqs: [0, 0], afterSeqs: [0, 0], slots: [0, 0] },
    ],
  ])('of changes: %s', (message, more) => {
    const operator = guardedBy(latest, () => changed(more));
    expect(() => operator.apply(inputs, epoch(0, 2))).toThrow(`broken invariant: ${message}`);
  });

  test('what is right passes', () => {
    expect(() => guardedBy(latest, () => changed({})).apply(inputs, epoch(0, 2))).not.toThrow();
  });

  test('of a try that is taken back nothing is promised', () => {
    const spoilt = { ...epoch(0, 2), spoilt: true };
    expect(() => guardedBy(latest, () => changed({ slots: [] })).apply(inputs, spoilt)).not.toThrow();
  });
});

describe('a run', () => {
  const objects = [
    { id: 1, text: 'a' },
    { id: 1, text: 'b' },
  ];

  /** A database that writes into the rows that it gets. */
  function meddling(): Database {
    const memory = memoryDatabase();
    return {
      ...memory,
      commit(commit, signal) {
        for (const { upserts } of commit.changes)
          for (const row of upserts) (row as Record<string, unknown>).text = 'meddled';
        return memory.commit(commit, signal);
      },
    };
  }

  test('a database that changes rows is caught, and only in debug mode', async () => {
    const options = { sources: { s: objects }, epochRows: 1, epochMs: 0 };
    await expect(run({ plan }, { ...options, database: meddling(), debug: true }).done).rejects.toThrow(
      'Cannot assign to read only property',
    );
    await expect(
      run({ plan }, { ...options, database: meddling(), debug: false }).done,
    ).resolves.toBeDefined();
  });

  test('a source that changes a row which it has given is caught', async () => {
    const open = (spec: SourceSpec) => {
      const inner = iterableSource(objects, spec);
      let given: Row | null | undefined;
      return {
        ...inner,
        async read(max: number) {
          if (given != null) (given as Record<string, unknown>).text = 'again';
          const batch = await inner.read(max);
          given = batch?.rows[0];
          return batch;
        },
      };
    };
    const options = (debug: boolean) => ({
      sources: { s: open },
      databases: { t: memoryDatabase() },
      epochRows: 1,
      epochMs: 0,
      debug,
    });
    await expect(start(plan, options(true)).done).rejects.toThrow('read only');
    await expect(start(plan, options(false)).done).resolves.toBeDefined();
  });

  test('a udf sees values, not rows: it has nothing to change', async () => {
    const seen: unknown[][] = [];
    const shout = udf('shout', ['VARCHAR'], 'VARCHAR', 'text');
    if (shout.op !== 'udf') throw new Error('no udf');
    const noted = {
      ...shout,
      function: {
        ...shout.function,
        run: (...args: unknown[]) => {
          seen.push(args);
          return `${args[0]}!`;
        },
      },
    };
    const out = table('t', { id: 'BIGINT!', text: 'VARCHAR' }, 'id');
    const shouted = job(into(lastValue(project(rows, 'id', { text: noted }), ['id']), out));
    const { tables } = await testJob({ plan: shouted }, objects, { debug: true });
    expect(tables.t).toEqual([{ id: 1, text: 'b!' }]);
    expect(seen).toEqual([['a'], ['b']]);
  });

  test('rows that fail take their epoch back, and nothing lent is seen again', async () => {
    const failing = udf('fail', ['VARCHAR'], 'VARCHAR', 'text');
    if (failing.op !== 'udf') throw new Error('no udf');
    const of = {
      ...failing,
      function: {
        ...failing.function,
        run: (text: unknown) => {
          if (text === 'b') throw new Error('b is refused');
          return text;
        },
      },
    };
    // Above the winner: what throws is found only when state has changed.
    const out = table('t', { id: 'BIGINT!', text: 'VARCHAR' }, 'id');
    const late = job(into(project(lastValue(rows, ['id']), 'id', { text: of }), out));
    const more = [...objects, { id: 2, text: 'c' }];
    const { tables, quarantined } = await testJob({ plan: late }, more, {
      debug: true,
      epochRows: 3,
      rewrites: false,
    });
    expect(quarantined.map(({ offset }) => offset)).toEqual([1]);
    expect(tables.t).toEqual([
      { id: 1, text: 'a' },
      { id: 2, text: 'c' },
    ]);
  });

  test('MILLRACE_DEBUG=1 is the default of the option', async () => {
    const before = process.env.MILLRACE_DEBUG;
    process.env.MILLRACE_DEBUG = '1';
    try {
      const { done } = run({ plan }, { sources: { s: objects }, database: meddling() });
      await expect(done).rejects.toThrow('read only');
    } finally {
      if (before === undefined) delete process.env.MILLRACE_DEBUG;
      else process.env.MILLRACE_DEBUG = before;
    }
  });
});
