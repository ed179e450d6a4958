// The nodes that each call makes.
import { describe, expect, test } from '@jest/globals';
import {
  count,
  countDistinct,
  dayOf,
  days,
  hourOf,
  hours,
  job,
  lit,
  max,
  minuteOf,
  monthOf,
  sum,
} from '../../src/dsl/index.ts';
import { validate } from '../../src/plan/validate.ts';
import { stream } from '../types/shop.ts';
import { bare, column, nodeOf } from './node-of.ts';

const sales = stream('sale');
const source = bare(nodeOf(sales));
const plain = (...names: string[]) => names.map((name) => [name, column(name)]);
const ALL = ['id', 'customer', 'amount', 'placed', 'shipped', 'open', 'serial', 'qty', 'score', 'page'];

describe('source and filter', () => {
  test('a source holds its schema', () => {
    const node = nodeOf(sales);
    expect(node).toMatchObject({ op: 'source', source: { kind: 'source', name: 'sale' } });
    expect(node.op === 'source' && node.source.columns.map(({ name }) => name)).toEqual(ALL);
  });
  test('filter', () => {
    expect(bare(nodeOf(sales.filter((o) => o.open)))).toEqual({
      op: 'filter',
      input: source,
      test: column('open'),
    });
  });
});

describe('projections: all columns, in order', () => {
  const few = sales.pick('id', 'amount', 'page');
  test.each([
    ['pick', few.pick('page', 'id'), plain('page', 'id')],
    ['omit', few.omit('amount'), plain('id', 'page')],
    ['rename', few.rename({ nr: 'id' }), [['nr', column('id')], ...plain('amount', 'page')]],
    [
      'rename both ways',
      few.rename({ page: 'id', id: 'page' }),
      [
        ['page', column('id')],
        ['amount', column('amount')],
        ['id', column('page')],
      ],
    ],
    [
      'prefix',
      few.prefix('x_'),
      [
        ['x_id', column('id')],
        ['x_amount', column('amount')],
        ['x_page', column('page')],
      ],
    ],
    [
      'select',
      few.select({ nr: 'id', n: (o) => o.page }),
      [
        ['nr', column('id')],
        ['n', column('page')],
      ],
    ],
    ['extend', few.extend({ nr: 'id' }), [...plain('id', 'amount', 'page'), ['nr', column('id')]]],
    [
      'extend over a column',
      few.extend({ amount: (o) => o.amount.orElse(0) }),
      [
        ['id', column('id')],
        [
          'amount',
          {
            op: 'call',
            name: 'orElse',
            args: [column('amount'), { op: 'literal', type: 'DECIMAL(10,2)', value: '0n' }],
          },
        ],
        ['page', column('page')],
      ],
    ],
  ])('%s', (_, made, fields) => {
    expect(bare(nodeOf(made))).toEqual({ op: 'project', input: bare(nodeOf(few)), fields });
  });
});

describe('keyBy', () => {
  test('columns need no projection', () => {
    expect(bare(nodeOf(sales.keyBy('id', 'customer').lastValue()))).toEqual({
      op: 'lastValue',
      input: source,
      keys: ['id', 'customer'],
      by: null,
      ignoreNulls: false,
      ttl: null,
    });
  });
  test('an object that names columns as they are neither', () => {
    expect(bare(nodeOf(sales.keyBy({ id: 'id' }).lastValue()))).toEqual(
      bare(nodeOf(sales.keyBy('id').lastValue())),
    );
  });
  test('options', () => {
    expect(
      nodeOf(sales.keyBy('id').firstValue({ by: 'placed', ignoreNulls: true, ttl: hours(2) })),
    ).toMatchObject({
      op: 'firstValue',
      by: 'placed',
      ignoreNulls: true,
      ttl: 7_200_000,
    });
  });
  test('computed parts are a projection below, in four forms', () => {
    const node = nodeOf(
      sales
        .keyBy('id', dayOf('placed'), { m: monthOf('placed'), one: () => lit(1) }, minuteOf('placed'))
        .lastValue(),
    );
    expect(node).toMatchObject({ op: 'lastValue', keys: ['id', 'day', 'm', 'one', 'minute'] });
    const input = node.op === 'lastValue' ? node.input : undefined;
    expect(bare(input)).toEqual({
      op: 'project',
      input: source,
      fields: [
        ...plain(...ALL),
        ['day', { op: 'call', name: 'dayOf', args: [column('placed')] }],
        ['m', { op: 'call', name: 'monthOf', args: [column('placed')] }],
        ['one', { op: 'literal', type: 'BIGINT', value: 1 }],
        ['minute', { op: 'call', name: 'minuteOf', args: [column('placed')] }],
      ],
    });
  });
  test('a part of a column’s name replaces the column', () => {
    const node = nodeOf(sales.pick('id', 'customer').keyBy({ id: 'customer' }).lastValue());
    expect(node).toMatchObject({
      keys: ['id'],
      input: {
        op: 'project',
        fields: [
          ['id', column('customer')],
          ['customer', column('customer')],
        ],
      },
    });
  });
});

describe('groupBy and agg', () => {
  test('aggregates, with where', () => {
    const node = nodeOf(
      sales.groupBy('page').agg(
        {
          n: count(),
          some: count({ where: (o) => o.open }),
          who: countDistinct('customer'),
          total: sum((o) => o.score),
        },
        { ttl: days(1) },
      ),
    );
    expect(bare(node)).toEqual({
      op: 'aggregate',
      input: source,
      keys: ['page'],
      calls: [
        ['n', { name: 'count', arg: null, where: null }],
        ['some', { name: 'count', arg: null, where: column('open') }],
        ['who', { name: 'countDistinct', arg: column('customer'), where: null }],
        ['total', { name: 'sum', arg: column('score'), where: null }],
      ],
      ttl: 86_400_000,
    });
  });
  test('over all rows', () => {
    expect(bare(nodeOf(sales.agg({ n: count() })))).toEqual({
      op: 'aggregate',
      input: source,
      keys: [],
      calls: [['n', { name: 'count', arg: null, where: null }]],
      ttl: null,
    });
  });
  test('computed parts are a projection below', () => {
    const node = nodeOf(
      sales
        .pick('placed', 'qty')
        .groupBy(hourOf('placed'))
        .agg({ n: sum('qty') }),
    );
    expect(node).toMatchObject({
      keys: ['hour'],
      input: {
        op: 'project',
        fields: [
          ...plain('placed', 'qty'),
          ['hour', { op: 'call', name: 'hourOf', args: [column('placed')] }],
        ],
      },
    });
  });
  test('a part of a column’s name leaves the column to the aggregates', () => {
    const grouped = sales.pick('id', 'qty').groupBy({ id: (o) => o.id.mod(3) });
    const node = nodeOf(grouped.agg({ top: max('id'), n: sum((o) => o.id, { where: (o) => o.id.gt(2) }) }));
    expect(node).toMatchObject({
      keys: ['id'],
      calls: [
        ['top', { arg: column('row_id') }],
        ['n', { arg: column('row_id'), where: { args: [column('row_id'), { value: 2 }] } }],
      ],
      input: {
        fields: [
          ['row_id', column('id')],
          ['qty', column('qty')],
          ['id', { name: 'mod' }],
        ],
      },
    });
  });
});

describe('lookup and into', () => {
  test('lookup holds the table and the key in the table’s order', () => {
    const node = nodeOf(sales.pick('id', 'customer').lookup('pair', { b: 'customer', a: 'id' }));
    expect(node).toMatchObject({
      op: 'lookup',
      table: { kind: 'table', name: 'pair', primaryKey: ['a', 'b'] },
      on: [
        ['a', 'id'],
        ['b', 'customer'],
      ],
      miss: 'drop',
    });
    expect(nodeOf(sales.lookup('customer', { cid: 'customer' }, { miss: 'null' }))).toMatchObject({
      miss: 'null',
    });
  });
  test('into takes the rows as they are', () => {
    const rows = sales.pick('id').keyBy('id').lastValue();
    const output = rows.into('price', { id: 'id', amount: (o) => o.id.cast('DECIMAL(23,3)') });
    expect(output.table).toBe('price');
    const [into] = job('one', output).plan.outputs;
    expect(into).toMatchObject({ op: 'into', table: { name: 'price' } });
    expect(bare(into?.input)).toEqual({
      op: 'project',
      input: bare(nodeOf(rows)),
      fields: [
        ['id', column('id')],
        ['amount', { op: 'cast', of: column('id'), to: 'DECIMAL(23,3)', try: false }],
      ],
    });
  });
  test('columns are filled in the table’s order', () => {
    const rows = sales.keyBy('id').lastValue();
    const [into] = job('one', rows.into('price', { amount: (o) => o.id.cast('DECIMAL(23,3)'), id: 'id' }))
      .plan.outputs;
    expect(into?.input.op === 'project' && into.input.fields.map(([name]) => name)).toEqual(['id', 'amount']);
  });
});

describe('plans', () => {
  test('a stream used twice is one node', () => {
    const shared = sales.filter((o) => o.open);
    const rows = shared.keyBy('id').lastValue();
    const { outputs } = job(
      'shared',
      rows.into('price', { id: 'id', amount: (o) => o.score.cast('DECIMAL(23,3)') }),
      shared
        .keyBy('page')
        .lastValue()
        .filter((o) => o.page.isNotNull())
        .into('total', {
          day: 'page',
          amount: (o) => o.amount,
          n: 'qty',
        }),
    ).plan;
    const found = outputs.map((output) => {
      let node = output.input;
      while (node.op !== 'source' && node.at.line !== nodeOf(shared).at.line) node = node.input;
      return node;
    });
    expect(found[0]?.op).toBe('filter');
    expect(found[0]).toBe(found[1]);
    expect(
      validate(
        job('shared', rows.into('price', { id: 'id', amount: (o) => o.score.cast('DECIMAL(23,3)') })).plan,
      ),
    ).toEqual([]);
  });
  test('is frozen to its leaves', () => {
    const frozen = (value: unknown): boolean =>
      typeof value !== 'object' ||
      value === null ||
      (Object.isFrozen(value) && Object.values(value).every(frozen));
    const made = job(
      'frozen',
      sales
        .groupBy({ day: (o) => o.page.orElse('') })
        .agg({ amount: sum('amount'), n: count() })
        .into('total'),
    );
    expect(frozen(made)).toBe(true);
    expect(validate(made.plan)).toEqual([]);
  });
  test('a call leaves the stream as it was', () => {
    const before = bare(nodeOf(sales));
    sales.filter((o) => o.open).pick('id');
    expect(bare(nodeOf(sales))).toEqual(before);
  });
});
