import { describe, expect, test } from '@jest/globals';
import type { Expression } from '../../src/plan/expression.ts';
import type { JobPlan, Relation } from '../../src/plan/node.ts';
import { validate, warnings } from '../../src/plan/validate.ts';
import {
  aggregate,
  call,
  clock,
  col,
  filter,
  firstValue,
  group,
  into,
  job,
  lastValue,
  literal,
  lookup,
  project,
  source,
  table,
  udf,
} from './build.ts';
import { hourlyPremium, premiumDropAlert, userLastPage } from './three-jobs.ts';

const rows = source('orders', {
  id: 'BIGINT!',
  user: 'BIGINT',
  price: 'DOUBLE',
  note: 'VARCHAR',
  paid: 'BOOLEAN',
  at: 'TIMESTAMP(3)!',
});
const sink = table('sink', { id: 'BIGINT!', price: 'DOUBLE', note: 'VARCHAR' }, 'id');
const messages = (plan: JobPlan) => validate(plan).map(({ message }) => message);
/** A relation, made to fit `sink` after what is wrong with it. */
const over = (node: Relation): JobPlan =>
  job(into(lastValue(project(node, 'id', 'price', 'note'), ['id']), sink));

test.each([hourlyPremium(), premiumDropAlert(), userLastPage()])('$name is right', (plan) => {
  expect(validate(plan)).toEqual([]);
});

test('a fault stands where the job made the node', () => {
  const wrong = filter(rows, call('isNotNull', 'prise'));
  expect(validate(over(wrong))).toEqual([
    { at: wrong.at, message: "filter: there is no column 'prise': did you mean 'price'?" },
  ]);
});

describe('the job', () => {
  const fine = over(rows);
  test.each<[string, JobPlan, string[]]>([
    ['letters, digits, - and _', { ...fine, name: 'a-B_9' }, []],
    ['no name', { ...fine, name: '' }, ['a job needs a name: letters, digits, - and _']],
    [
      'a name with a slash',
      { ...fine, name: 'a/b' },
      ["'a/b' cannot be the name of a job: letters, digits, - and _"],
    ],
    ['no output', job(), ["the job has no output: end a stream with .into('…')"]],
    [
      'two outputs into one table',
      {
        ...fine,
        outputs: [...fine.outputs, into(lastValue(project(rows, 'id', 'price', 'note'), ['id']), sink)],
      },
      [
        expect.stringMatching(
          /^sink: two outputs write this table, the other at jobs\/test\.ts:\d+: one may$/,
        ),
      ],
    ],
  ] as [string, JobPlan, string[]][])('%s', (_, plan, expected) => {
    expect(messages(plan)).toEqual(expected);
  });
});

describe('expressions', () => {
  const cases: [string, Expression, string[]][] = [
    ['an unknown column', call('isNull', 'idd'), ["filter: there is no column 'idd': did you mean 'id'?"]],
    ['no name is near', call('isNull', 'zzzzzz'), ["filter: there is no column 'zzzzzz'"]],
    ['no test', col('id'), ['filter: a test is wanted, not BIGINT']],
    ['text against a number', call('eq', 'id', 'note'), ['filter: eq: BIGINT does not compare with VARCHAR']],
    [
      'text in an order',
      call('lt', 'note', literal('VARCHAR', '5')),
      ["filter: lt: VARCHAR has no order here: cast it first, .toDouble() or .cast('DECIMAL(p,s)')"],
    ],
    [
      'a fraction on an integer',
      call('eq', call('times', 'id', literal('BIGINT', 0.9)), 'id'),
      ["filter: 0.9 is a fraction: write .toDouble() or .cast('DECIMAL(p,s)') first"],
    ],
    [
      'an integer too large',
      call('eq', 'id', literal('BIGINT', 2 ** 53)),
      ['filter: 9007199254740992 is no BIGINT'],
    ],
    ['an INT too large', call('eq', 'id', literal('INT', 2 ** 31)), ['filter: 2147483648 is no INT']],
    [
      'a bigint beyond 64 bits',
      call('eq', 'id', literal('BIGINT(bigint)', 2n ** 63n)),
      ['filter: 9223372036854775808 is no BIGINT(bigint)'],
    ],
    ['not a number', call('eq', 'price', literal('DOUBLE', Number.NaN)), ['filter: NaN is no DOUBLE']],
    [
      'a DECIMAL with too many digits',
      call('eq', 'price', literal('DECIMAL(2,1)', 100n)),
      ['filter: 100 is no DECIMAL(2,1)'],
    ],
    ['a text that is none', call('eq', 'note', literal('VARCHAR', 5)), ['filter: 5 is no VARCHAR']],
    [
      'a time that is none',
      call('eq', 'at', literal('TIMESTAMP(3)', 'x')),
      ["filter: 'x' is no TIMESTAMP(3)"],
    ],
    [
      'a udf of another type',
      call('isNull', udf('f', ['VARCHAR'], 'INT', 'id')),
      ['filter: f: argument 1 is BIGINT, not VARCHAR'],
    ],
    ['right', call('and', 'paid', call('lt', 'price', literal('DOUBLE', 0.5))), []],
  ];
  test.each(cases)('%s', (_, condition, expected) => {
    expect(messages(over(filter(rows, condition)))).toEqual(expected);
  });
});

describe('operators', () => {
  const dimension = table('dim', { key: 'BIGINT!', name: 'VARCHAR', price: 'DOUBLE' }, 'key');
  const small = table('small', { key: 'BIGINT!', name: 'VARCHAR' }, 'key');
  const texts = table('texts', { key: 'VARCHAR!', name: 'VARCHAR' }, 'key');
  const pair = table('pair', { a: 'BIGINT!', b: 'BIGINT!', name: 'VARCHAR' }, 'a', 'b');
  const count = aggregate('count');
  const cases: [string, Relation, string[]][] = [
    [
      'a column twice',
      project(rows, 'id', 'price', 'note', { price: 'price' }),
      ["there is a column 'price' already"],
    ],
    [
      'a field that is wrong',
      project(rows, 'id', 'note', { price: call('plus', 'note', 'id') }),
      [expect.stringMatching(/^column 'price': plus takes numbers, not VARCHAR/) as unknown as string],
    ],
    ['a misspelt key', lastValue(rows, ['idd']), ["keyBy: there is no column 'idd': did you mean 'id'?"]],
    ['a key twice', lastValue(rows, ['id', 'id']), ["keyBy: 'id' is named twice"]],
    ['no key', firstValue(rows, []), ['keyBy: name at least one column']],
    ['ordered by nothing', lastValue(rows, ['id'], { by: 'on' }), ["lastValue: there is no column 'on'"]],
    [
      'ordered by a BOOLEAN',
      firstValue(rows, ['id'], { by: 'paid' }),
      ["firstValue: 'paid' is BOOLEAN, which has no order"],
    ],
    [
      'a ttl of nothing',
      lastValue(rows, ['id'], { ttl: 0 }),
      ['lastValue: a ttl is a time above 0, such as days(2), not 0 ms'],
    ],
    [
      'half a millisecond',
      group(rows, ['id', 'price', 'note'], {}, 0.5),
      ['agg: a ttl is a time above 0, such as days(2), not 0.5 ms'],
    ],
    [
      'a misspelt group',
      group(rows, ['id', 'price', 'not'], { note: count }),
      ["groupBy: there is no column 'not': did you mean 'note'?"],
    ],
    [
      'an aggregate named as a key',
      group(rows, ['id', 'price', 'note'], { id: count }),
      ["'id' is a column of the group already"],
    ],
    [
      'sum of text',
      group(rows, ['id', 'note'], { price: aggregate('sum', 'note') }),
      ["column 'price': sum takes numbers, not VARCHAR"],
    ],
    [
      'an aggregate of nothing',
      group(rows, ['id', 'note'], { price: aggregate('sum', 'prise') }),
      ["column 'price': there is no column 'prise': did you mean 'price'?"],
    ],
    [
      'where is no test',
      group(rows, ['id', 'note'], { price: aggregate('sum', 'price', col('id')) }),
      ["column 'price': where takes a test, not BIGINT"],
    ],
    [
      'a fraction in an argument',
      group(rows, ['id', 'note'], { price: aggregate('sum', call('times', 'id', literal('BIGINT', 1.5))) }),
      ["column 'price': 1.5 is a fraction: write .toDouble() or .cast('DECIMAL(p,s)') first"],
    ],
    [
      'a lookup brings a column twice',
      lookup(rows, dimension, { key: 'id' }),
      ["dim: this stream has a column 'price' too: .rename({ …: 'price' }) first"],
    ],
    ['a lookup without its key', lookup(rows, small, {}), ["small: key column 'key' is missing"]],
    ['a lookup without a part of it', lookup(rows, pair, { a: 'id' }), ["pair: key column 'b' is missing"]],
    [
      'a lookup by another column',
      lookup(rows, small, { key: 'id', name: 'note' }),
      ["small: 'name' is no part of the primary key, which is key"],
    ],
    [
      'a lookup by an unknown column',
      lookup(rows, small, { key: 'usr' }),
      ["small: there is no column 'usr': did you mean 'user'?"],
    ],
    [
      'a lookup key of another type',
      lookup(rows, texts, { key: 'id' }),
      ["texts: column 'id' is BIGINT, but the key column 'key' is VARCHAR"],
    ],
    [
      'a lookup by DOUBLE',
      lookup(rows, small, { key: 'price' }),
      ["small: column 'price' is DOUBLE, but the key column 'key' is BIGINT"],
    ],
    ['a lookup that is right', lookup(rows, small, { key: 'user' }), []],
  ];
  test.each(cases)('%s', (_, node, expected) => {
    expect(messages(over(node))).toEqual(expected);
  });

  test('one fault does not cause others above it', () => {
    const wrong = project(rows, 'id', { price: call('times', 'note', 'id') }, { note: 'zz' });
    expect(messages(over(group(wrong, ['id', 'note'], { price: aggregate('sum', 'price') })))).toEqual([
      expect.stringContaining("column 'price': times takes numbers"),
      "column 'note': there is no column 'zz'",
    ]);
  });
});

describe('the clock', () => {
  const today = call('gte', 'at', { ...clock('startOfToday'), type: 'TIMESTAMP(3)' } as Expression);
  const message = (name: string) =>
    `${name}() is read when a row arrives, but these rows change later: compute what needs it with .extend({ … }) before keyBy or groupBy`;
  const last = lastValue(rows, ['id']);
  const cases: [string, Relation, string[]][] = [
    ['over appended rows', filter(rows, today), []],
    ['a filter over changing rows', filter(last, today), [message('startOfToday')]],
    [
      'a projection over them',
      project(last, 'id', 'note', {
        price: call('orElse', 'price', call('times', clock('now'), literal('DOUBLE', 2))),
      }),
      [message('now')],
    ],
    [
      'an argument over them',
      group(last, ['id', 'note'], { price: aggregate('max', call('plus', clock('startOfHour'), 'price')) }),
      [message('startOfHour')],
    ],
    [
      'a condition over them',
      group(last, ['id', 'note'], { price: aggregate('max', 'price', today) }),
      [message('startOfToday')],
    ],
    [
      'an argument over appended rows',
      group(rows, ['id', 'note'], { price: aggregate('max', 'price', today) }),
      [],
    ],
  ];
  test.each(cases)('%s', (_, node, expected) => {
    expect(messages(over(node))).toEqual(expected);
  });
});

describe('fit', () => {
  const all = source('all', {
    i: 'INT!',
    b: 'BIGINT!',
    x: 'BIGINT(bigint)!',
    d: 'DOUBLE!',
    m: 'DECIMAL(10,2)!',
    t: 'VARCHAR!',
    n: 'VARCHAR',
    at: 'TIMESTAMP(3)!',
    day: 'DATE!',
  });
  const faultsOf = (type: Parameters<typeof table>[1][string], value: string | Expression) =>
    messages(
      job(
        into(
          lastValue(project(all, { k: 'b', v: value }), ['k']),
          table('t', { k: 'BIGINT!', v: type }, 'k'),
        ),
      ),
    );
  test.each<[Parameters<typeof table>[1][string], string | Expression, string | null]>([
    ['BIGINT', 'i', null],
    ['BIGINT', 'x', null],
    ['BIGINT(bigint)', 'b', null],
    ['INT', 'b', 'BIGINT NOT NULL, not INT'],
    ['BIGINT', 'd', 'DOUBLE NOT NULL, not BIGINT'],
    ['DOUBLE', 'b', 'BIGINT NOT NULL, not DOUBLE'],
    ['DECIMAL(4,2)', 'm', null],
    ['DECIMAL(23,3)', 'm', 'DECIMAL(10,2) NOT NULL, not DECIMAL(23,3)'],
    ['DECIMAL(38,3)', call('times', 'm', 'm'), 'DECIMAL(20,4) NOT NULL, not DECIMAL(38,3)'],
    ['VARCHAR!', 't', null],
    ['VARCHAR', 'n', null],
    ['VARCHAR!', 'n', 'VARCHAR, not VARCHAR NOT NULL'],
    ['VARCHAR', 'day', 'DATE NOT NULL, not VARCHAR'],
    ['TIMESTAMP(3)', 'at', null],
    ['DATE', 'at', 'TIMESTAMP(3) NOT NULL, not DATE'],
    ['VARCHAR!', udf('f', ['VARCHAR'], 'VARCHAR', 't'), null],
    ['VARCHAR!', udf('f', ['VARCHAR'], 'VARCHAR', 'n'), 'VARCHAR, not VARCHAR NOT NULL'],
  ])('a column %s takes %j: %s', (type, value, fault) => {
    expect(faultsOf(type, value)).toEqual(fault === null ? [] : [`t: column 'v' is ${fault}`]);
  });

  const last = lastValue(rows, ['id']);
  const noKey = 'sink: rows have no key: say which one wins, .keyBy(…).lastValue()';
  test.each<[string, Relation, string[]]>([
    ['a column is missing', project(last, 'id', 'note'), ["sink: column 'price' is missing"]],
    ['a column too many', project(last, 'id', 'price', 'note', 'user'), ["sink: there is no column 'user'"]],
    [
      'several faults',
      project(last, 'id', 'user', { note: 'price' }),
      [
        "sink: column 'price' is missing",
        "sink: there is no column 'user'",
        "sink: column 'note' is DOUBLE, not VARCHAR",
      ],
    ],
    [
      'a primary key is never NULL',
      project(lastValue(rows, ['user']), { id: 'user' }, 'price', 'note'),
      ["sink: column 'id' is BIGINT, not BIGINT NOT NULL"],
    ],
    ['appended rows', project(rows, 'id', 'price', 'note'), [noKey]],
    ['key lost on the way', project(lastValue(rows, ['user']), 'id', 'price', 'note'), [noKey]],
    [
      'key not inside the primary key',
      project(lastValue(rows, ['id', 'note']), 'id', 'price', 'note'),
      ["sink: rows are keyed by 'note' too, but the primary key is id"],
    ],
    [
      'one row',
      project(
        group(rows, [], {
          n: aggregate('count'),
          p: aggregate('max', 'price'),
          note: aggregate('min', 'note'),
        }),
        { id: 'n', price: 'p' },
        'note',
      ),
      [],
    ],
  ])('%s', (_, node, expected) => {
    expect(messages(job(into(node, sink)))).toEqual(expected);
  });

  test('a primary key of several', () => {
    const pair = table('pair', { id: 'BIGINT!', user: 'BIGINT!', note: 'VARCHAR' }, 'id', 'user');
    const keyed = lastValue(project(rows, 'id', 'note', { user: 'id' }), ['id', 'user', 'note']);
    expect(messages(job(into(keyed, pair)))).toEqual([
      "pair: rows are keyed by 'note' too, but the primary key is id, user",
    ]);
    expect(messages(job(into(lastValue(project(rows, 'id', 'note', { user: 'id' }), ['id']), pair)))).toEqual(
      [],
    );
  });
});

describe('write-back', () => {
  const dim = table('dim', { key: 'BIGINT!', name: 'VARCHAR' }, 'key');
  const other = table('other', { o: 'BIGINT!', p: 'DOUBLE' }, 'o');
  const looked = (input: Relation = project(rows, 'id', 'note', 'user')) => lookup(input, dim, { key: 'id' });
  const back = (node: Relation) => messages(job(into(node, dim)));
  const filled = { key: 'id', name: 'note' };
  const stands = (what: string) =>
    `dim: ${what} stands between its lookup and its into: only filter, select and .keyBy(its key).lastValue() may`;
  test.each<[string, Relation, string[]]>([
    ['right', project(lastValue(looked(), ['id']), filled), []],
    [
      'filters and projections below',
      lastValue(project(filter(looked(), call('isNotNull', 'note')), filled), ['key']),
      [],
    ],
    [
      'a filter above keyBy',
      project(filter(lastValue(looked(), ['id']), call('isNotNull', 'note')), filled),
      ['dim: a filter above keyBy would take rows of the table away: filter before keyBy'],
    ],
    [
      'by a column',
      project(lastValue(looked(), ['id'], { by: 'note' }), filled),
      [stands('lastValue with by')],
    ],
    [
      'ignoreNulls',
      project(lastValue(looked(), ['id'], { ignoreNulls: true }), filled),
      [stands('lastValue with ignoreNulls')],
    ],
    ['firstValue', project(firstValue(looked(), ['id']), filled), [stands('firstValue')]],
    [
      'a second lastValue',
      project(lastValue(lastValue(looked(), ['id']), ['id']), filled),
      [stands('a second lastValue')],
    ],
    [
      'a group',
      group(project(looked(), { key: 'id' }, 'note'), ['key'], { name: aggregate('max', 'note') }),
      [stands('agg')],
    ],
    [
      'another lookup',
      project(lastValue(lookup(looked(), other, { o: 'id' }), ['id']), filled),
      [stands('lookup')],
    ],
    [
      'a key of another column',
      project(
        lastValue(looked(project(filter(rows, call('isNotNull', 'user')), 'id', 'note', 'user')), ['user']),
        { key: 'user', name: 'note' },
      ),
      ["dim: key column 'key' must be filled with 'id', by which it was looked up"],
    ],
    [
      'a key that is computed',
      lastValue(project(looked(), { key: call('negate', 'id'), name: 'note' }), ['key']),
      ["dim: key column 'key' must be filled with 'id', by which it was looked up"],
    ],
    ['no lookup in the job', project(lastValue(rows, ['id']), filled), []],
    [
      'rows that change',
      project(lastValue(looked(lastValue(project(rows, 'id', 'note', 'user'), ['note'])), ['id']), filled),
      ['dim: this job writes the table, so it must look it up before any keyBy or groupBy'],
    ],
  ])('%s', (_, node, expected) => {
    expect(back(node)).toEqual(expected);
  });

  test('rows that do not come from the lookup', () => {
    const alert = project(lastValue(looked(), ['id']), {
      id: 'id',
      price: literal('DOUBLE', 1),
      note: 'name',
    });
    const plan = job(into(alert, sink), into(project(lastValue(rows, ['id']), filled), dim));
    expect(messages(plan)).toEqual([
      'dim: this job looks the table up, so what it writes must come from that lookup',
    ]);
  });

  test('looked up twice', () => {
    const alert = project(lastValue(looked(), ['id']), {
      id: 'id',
      price: literal('DOUBLE', 1),
      note: 'name',
    });
    const plan = job(into(alert, sink), into(project(lastValue(looked(), ['id']), filled), dim));
    expect(messages(plan)).toEqual([
      'dim: this job writes the table, so it can look it up once: share the stream',
    ]);
  });

  test('keyed by a part of the primary key', () => {
    const pair = table('pair', { a: 'BIGINT!', b: 'BIGINT!', name: 'VARCHAR' }, 'a', 'b');
    const both = lookup(project(rows, 'id', 'note', { b: 'id' }), pair, { a: 'id', b: 'b' });
    const node = project(lastValue(both, ['id']), { a: 'id', b: 'b', name: 'note' });
    expect(messages(job(into(node, pair)))).toEqual([
      "pair: keyBy('id') is not its primary key, which is a, b",
    ]);
  });
});

describe('warnings', () => {
  const told = (plan: JobPlan) => warnings(plan).map(({ message }) => message);
  const total = { n: aggregate('count') };
  const out = (node: Relation) => job(into(node, table('t', {}, 'id')));
  const nullable = (call: string, name: string, column = name) =>
    `${call}: '${name}' may be NULL, and all such rows are one key: .filter(r => r.${column}.isNotNull()) keeps them out`;
  const ever = (call: string, what: string) =>
    `${call} keeps every ${what} for ever: { ttl: days(…) } frees what has come to rest`;
  test.each<[string, JobPlan, string[]]>([
    ['hourly-premium', hourlyPremium(), [nullable('keyBy', 'id')]],
    ['premium-drop-alert keeps no state', premiumDropAlert(), []],
    ['user-last-page keeps no state', userLastPage(), []],
    ['a nullable key', out(lastValue(rows, ['user'], { by: 'at', ttl: 5 })), [nullable('keyBy', 'user')]],
    ['a nullable group', out(group(rows, ['id', 'note'], total, 5)), [nullable('groupBy', 'note')]],
    [
      'a computed one',
      out(group(project(rows, 'id', { u: call('plus', 'id', 'user') }), ['u'], total, 5)),
      [nullable('groupBy', 'u', 'user')],
    ],
    ['a row per key', out(lastValue(rows, ['id'], { by: 'at' })), [ever('lastValue', 'key')]],
    ['a group per key', out(group(rows, ['id'], total)), [ever('agg', 'key')]],
    ['every value', out(group(rows, [], { n: aggregate('countDistinct', 'id') })), [ever('agg', 'value')]],
    [
      'every row',
      out(firstValue(lastValue(rows, ['at'], { by: 'id' }), ['id'])),
      [ever('lastValue', 'key'), ever('firstValue', 'row')],
    ],
    ['one row', out(group(rows, [], total)), []],
  ])('%s', (_, plan, expected) => {
    expect(told(plan)).toEqual(expected);
  });

  test('a ttl above an operator without one', () => {
    const last = lastValue(rows, ['id'], { by: 'at' });
    const found = warnings(out(group(last, ['id'], total, 5)));
    expect(found).toEqual([
      { at: last.at, message: ever('lastValue', 'key') },
      {
        at: expect.anything(),
        message: `agg: its ttl frees nothing, since lastValue at jobs/test.ts:${last.at.line} below keeps its rows for ever: give that a ttl too`,
      },
    ]);
  });
});
