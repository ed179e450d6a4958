import { describe, expect, test } from '@jest/globals';
import { type ChangeFormat, changeReader } from '../../../src/connectors/change/change-reader.ts';
import { Fault } from '../../../src/connectors/format/fault.ts';
import { bigint, catalog, double, job, source, table, varchar } from '../../../src/dsl/index.ts';
import { sourcesOf } from '../../../src/plan/derive/sources.ts';
import type { SourceSchema } from '../../../src/plan/schema.ts';

const policy = source({
  id: bigint({ mode: 'bigint' }).notNull(),
  region: varchar().notNull(),
  premium: double(),
  info: varchar(),
});
const out = table({ region: varchar().notNull(), premium: double() }, { primaryKey: 'region' });
const { stream } = catalog({ policy, out }, { timeZone: 'UTC' });
const plan = job(
  'j',
  stream('policy').pick('region', 'premium').keyBy('region').lastValue().into('out'),
).plan;
const schema = sourcesOf(plan)[0] as SourceSchema;
const keep = ['id', 'region', 'premium', 'info'];

const bytes = (message: unknown): Buffer | null => {
  if (message === null) return null;
  return Buffer.from(typeof message === 'string' ? message : JSON.stringify(message));
};
const read = (format: ChangeFormat, value: unknown, key: unknown = null, more: object = {}) => {
  const spec = { keep, primaryKey: ['id', 'region'], ...more };
  const changes = changeReader(format, schema, spec)(bytes(value), bytes(key));
  if (changes instanceof Fault) return changes.column === undefined ? changes.reason : changes;
  return changes.map(({ deleted, row }) => [deleted ? '-' : '+', ...Object.values(row)]);
};

const row = (id: number, region: string, premium: number | null = null, info: string | null = null) => ({
  id,
  region,
  premium,
  info,
});
/** As databases' logs write it. */
const texts = (id: number, region: string, premium: string | null, info: string | null) => ({
  id: String(id),
  region,
  premium,
  info,
});
const debezium = (op: string, before: unknown, after: unknown) => ({ op, before, after, ts_ms: 1 });

type Case = readonly [what: string, value: unknown, expected: unknown, key?: unknown, more?: object];
const CASES: Readonly<Record<ChangeFormat, readonly Case[]>> = {
  debezium: [
    ['a row that is new', debezium('c', null, row(1, 'a', 2.5)), [['+', 1n, 'a', 2.5, null]]],
    ['a row of the first snapshot', debezium('r', null, row(1, 'a')), [['+', 1n, 'a', null, null]]],
    ['an update', debezium('u', row(1, 'a', 1), row(1, 'a', 2, 'x')), [['+', 1n, 'a', 2, 'x']]],
    ['an update without the row of before', debezium('u', null, row(1, 'a', 2)), [['+', 1n, 'a', 2, null]]],
    [
      'an update of the key',
      debezium('u', row(1, 'a', 1), row(1, 'b', 1)),
      [
        ['-', 1n, 'a', null, null],
        ['+', 1n, 'b', 1, null],
      ],
    ],
    ['a delete', debezium('d', row(1, 'a', 1), null), [['-', 1n, 'a', null, null]]],
    [
      'a delete that tells the key alone',
      debezium('d', { id: 1, region: 'a' }, null),
      [['-', 1n, 'a', null, null]],
    ],
    [
      'a message with its schema',
      { schema: {}, payload: debezium('c', null, row(1, 'a')) },
      [['+', 1n, 'a', null, null]],
    ],
    ['the tombstone behind a delete', null, []],
    ['a tombstone with its schema', { schema: {}, payload: null }, []],
    [
      'digits that no double holds',
      '{"op":"c","before":null,"after":{"id":9007199254740993,"region":"a"}}',
      [['+', 9007199254740993n, 'a', null, null]],
    ],
    [
      'a change of another table',
      { ...debezium('c', null, row(1, 'a')), source: { db: 'shop', table: 'other' } },
      [],
      null,
      { table: 'shop.policy' },
    ],
    [
      'a change of the table, of PostgreSQL',
      { ...debezium('c', null, row(1, 'a')), source: { db: 'shop', schema: 'public', table: 'policy' } },
      [['+', 1n, 'a', null, null]],
      null,
      { table: 'shop.public.policy' },
    ],
    [
      'a delete that does not tell the key',
      debezium('d', null, null),
      expect.stringContaining('REPLICA IDENTITY'),
    ],
    ['an insert without a row', debezium('c', null, null), "op 'c' without 'after'"],
    ['a table that is emptied', debezium('t', null, null), "op 't' cannot be applied"],
    ['another object', { id: 1 }, "no 'op': not a message of Debezium"],
    [
      'a row that does not fit',
      debezium('c', null, { id: 1 }),
      new Fault('NULL in a column that is NOT NULL', 'region'),
    ],
    ['no JSON', 'x', 'not valid JSON'],
    ['an array', [], 'wanted a JSON object, got []'],
  ],
  canal: [
    [
      'several rows that are new, as texts',
      { type: 'INSERT', data: [texts(1, 'a', '2.5', null), texts(2, 'b', null, '7')], old: null },
      [
        ['+', 1n, 'a', 2.5, null],
        ['+', 2n, 'b', null, '7'],
      ],
    ],
    [
      'updates, one of the key, one to NULL',
      {
        type: 'UPDATE',
        data: [texts(1, 'b', '2', null), texts(2, 'b', null, 'x')],
        old: [{ region: 'a' }, { premium: '3' }],
      },
      [
        ['-', 1n, 'a', null, null],
        ['+', 1n, 'b', 2, null],
        ['+', 2n, 'b', null, 'x'],
      ],
    ],
    ['deletes', { type: 'DELETE', data: [texts(1, 'a', '1', null)] }, [['-', 1n, 'a', null, null]]],
    ['a statement that leaves rows as they are', { type: 'ALTER', isDdl: true, data: null }, []],
    [
      'a change of another table',
      { type: 'INSERT', database: 'd', table: 'u', data: [] },
      [],
      null,
      { table: 'd.t' },
    ],
    [
      'a table that is emptied',
      { type: 'TRUNCATE', isDdl: true, data: null },
      "type 'TRUNCATE' cannot be applied",
    ],
    ['rows that are missing', { type: 'INSERT', data: null }, "type 'INSERT' without 'data'"],
    ['rows that are no array', { type: 'INSERT', data: {} }, "'data' is no array"],
    ['a row that is no object', { type: 'INSERT', data: [1] }, 'wanted a JSON object, got 1'],
    ['another object', {}, "no 'type': not a message of Canal"],
    [
      'a text that is no number',
      { type: 'INSERT', data: [texts(1, 'a', 'x', null)] },
      new Fault("wanted DOUBLE, got 'x'", 'premium'),
    ],
  ],
  maxwell: [
    ['a row that is new', { type: 'insert', data: row(1, 'a', 1) }, [['+', 1n, 'a', 1, null]]],
    [
      'a row of the first snapshot',
      { type: 'bootstrap-insert', data: row(1, 'a', 1) },
      [['+', 1n, 'a', 1, null]],
    ],
    [
      'an update',
      { type: 'update', data: row(1, 'a', 2), old: { premium: null } },
      [['+', 1n, 'a', 2, null]],
    ],
    [
      'an update of the key',
      { type: 'update', data: row(2, 'a', 2), old: { id: 1 } },
      [
        ['-', 1n, 'a', null, null],
        ['+', 2n, 'a', 2, null],
      ],
    ],
    ['a delete', { type: 'delete', data: row(1, 'a', 2) }, [['-', 1n, 'a', null, null]]],
    ['the end of the first snapshot', { type: 'bootstrap-complete' }, []],
    ['a table that is altered', { type: 'table-alter' }, []],
    ['a table that is dropped', { type: 'table-drop' }, "type 'table-drop' cannot be applied"],
    ['another object', {}, "no 'type': not a message of Maxwell"],
    ['a row that is missing', { type: 'insert' }, "type 'insert' without 'data'"],
  ],
  ogg: [
    ['a row that is new', { op_type: 'I', after: row(1, 'a', 1) }, [['+', 1n, 'a', 1, null]]],
    [
      'an update of the key',
      { op_type: 'U', before: row(1, 'a', 1), after: row(1, 'b', 2) },
      [
        ['-', 1n, 'a', null, null],
        ['+', 1n, 'b', 2, null],
      ],
    ],
    ['a delete', { op_type: 'D', before: row(1, 'a', 1) }, [['-', 1n, 'a', null, null]]],
    [
      'a change of another table',
      { op_type: 'I', table: 'S.U', after: row(1, 'a') },
      [],
      null,
      { table: 'S.T' },
    ],
    ['a delete without the row', { op_type: 'D' }, "op_type 'D' without 'before'"],
    ['a table that is emptied', { op_type: 'T' }, "op_type 'T' cannot be applied"],
    ['another object', {}, "no 'op_type': not a message of GoldenGate"],
  ],
  upsert: [
    ['a row', row(1, 'a', 1), [['+', 1n, 'a', 1, null]], { id: 1, region: 'a' }],
    ['a row without its key columns', { premium: 3 }, [['+', 1n, 'a', 3, null]], { id: 1, region: 'a' }],
    ['no value: the row is gone', null, [['-', 1n, 'a', null, null]], { id: 1, region: 'a' }],
    [
      'another key than that of the message, whose tombstone would never remove the row',
      row(2, 'a', 1),
      'the value is of another key than the message',
      { id: 1, region: 'a' },
    ],
    ['no key', row(1, 'a'), 'the message has no key'],
    ['a key that is no object', null, 'the key: not valid JSON', 'x'],
    ['a key that lacks a column', null, new Fault('NULL in a column that is NOT NULL', 'region'), { id: 1 }],
  ],
};

for (const [format, cases] of Object.entries(CASES))
  describe(`a message of the format ${format}`, () => {
    for (const [what, value, expected, key = null, more] of cases)
      test(what, () => {
        expect(read(format as ChangeFormat, value, key, more)).toEqual(expected);
      });
  });

test('invalid UTF-8 is a fault', () => {
  const spec = { keep, primaryKey: ['id', 'region'] };
  expect(changeReader('debezium', schema, spec)(Buffer.from([0xff]), null)).toEqual(
    new Fault('invalid UTF-8'),
  );
});
