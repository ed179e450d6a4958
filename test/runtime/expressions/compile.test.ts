import { describe, expect, test } from '@jest/globals';
import { RowError } from '../../../src/errors.ts';
import type { Expression, UserFunction } from '../../../src/plan/expression.ts';
import type { Column } from '../../../src/plan/schema.ts';
import { compileExpression, compileProjection } from '../../../src/runtime/expressions/compile.ts';
import { calendar } from '../../../src/values/calendar.ts';
import type { SqlType } from '../../../src/values/sql-type.ts';
import { withoutCodeGeneration } from '../../values/without-code-generation.ts';
import { both, call, column, env, literal } from './evaluate.ts';

const columnsOf = (types: Record<string, SqlType>): Column[] =>
  Object.entries(types).map(([name, type]) => ({ name, type, nullable: true }));

describe('clock', () => {
  test('reads the epoch of the moment, shifted', () => {
    const clock = { now: 1, startOfToday: 2, startOfHour: 3 };
    const of = (which: 'now' | 'startOfToday' | 'startOfHour', shift: number) =>
      compileExpression({ op: 'clock', of: which, shift, type: 'BIGINT' }, [], { ...env, clock });
    const runs = [of('now', 0), of('startOfToday', -10), of('startOfHour', 100)];
    expect(runs.map((run) => run({}))).toEqual([1, -8, 103]);
    Object.assign(clock, { now: 1000, startOfToday: 2000, startOfHour: 3000 });
    expect(runs.map((run) => run({}))).toEqual([1000, 1990, 3100]);
  });
});

describe('local times', () => {
  const at = Date.UTC(2025, 0, 1, 2, 34);
  test.each([
    ['hourOf', '2025010110'],
    ['dayOf', '20250101'],
    ['monthOf', '202501'],
    ['minuteOf', '202501011034'],
  ] as const)('%s in the zone of the catalog', (name, text) => {
    expect(both(name, ['BIGINT', at])).toBe(text);
    expect(both(name, ['TIMESTAMP(3)', at])).toBe(text);
    expect(both(name, ['BIGINT', null])).toBe(null);
    const newYork = { ...env, calendar: calendar('America/New_York') };
    expect(compileExpression(call(name, literal(['BIGINT', at])), [], newYork)({})).not.toBe(text);
  });
  test('outside the years 1 to 9999: names time and column', () => {
    const run = compileExpression(call('hourOf', column('at')), columnsOf({ at: 'BIGINT' }), env);
    expect(() => run({ at: 1e15 })).toThrow(
      new RowError('out of range: time 1000000000000000 is outside the years 1 to 9999'),
    );
    try {
      run({ at: 1e15 });
    } catch (error) {
      expect((error as RowError).column).toBe('at');
    }
  });
  test('a literal that throws does so for a row, not while compiling', () => {
    const run = compileExpression(call('hourOf', literal(['BIGINT', 1e15])), [], env);
    expect(() => run({})).toThrow(RowError);
  });
});

describe('case', () => {
  const columns = columnsOf({ n: 'INT', d: 'DECIMAL(5,2)' });
  const of: Expression = {
    op: 'case',
    when: [
      [call('gt', column('n'), literal(['INT', 10])), column('d')],
      [
        call('gt', call('quotient', literal(['INT', 6]), column('n')), literal(['INT', 1])),
        literal(['INT', 1]),
      ],
    ],
    otherwise: literal(['DECIMAL(5,3)', 500n]),
  };
  const run = compileExpression(of, columns, env);
  test('the first TRUE test, in the common type', () => {
    expect(run({ n: 11, d: 125n })).toBe(1250n);
    expect(run({ n: 2, d: 125n })).toBe(1000n);
    expect(run({ n: 6, d: 125n })).toBe(500n);
  });
  test('NULL is not TRUE; a branch may be NULL', () => {
    expect(run({ n: null, d: 125n })).toBe(500n);
    expect(run({ n: 11, d: null })).toBe(null);
  });
  test('later tests are not computed', () => expect(() => run({ n: 0, d: 1n })).toThrow('division by zero'));
});

describe('udf', () => {
  const udf = (args: SqlType[], returns: SqlType, run: (...args: never[]) => unknown): UserFunction => ({
    name: 'f',
    args,
    returns,
    run,
  });
  const evaluateUdf = (f: UserFunction, values: Record<string, unknown>) => {
    const names = Object.keys(values);
    const columns = names.map((name, i) => ({ name, type: f.args[i] as SqlType, nullable: true }));
    return compileExpression(
      { op: 'udf', function: f, args: names.map(column) },
      columns,
      env,
    )(values as never);
  };
  test('takes and gives edge values', () => {
    const f = udf(
      ['DECIMAL(5,2)', 'DATE'],
      'DECIMAL(9,1)',
      (amount: string, day: string) => `${Number(amount) * 2}${day === '1970-01-02' ? 9 : 0}`,
    );
    expect(evaluateUdf(f, { a: 150n, b: 1 })).toBe(390n);
  });
  test('NULL in: NULL out, uncalled', () => {
    let calls = 0;
    const f = udf(['INT', 'INT'], 'INT', () => ++calls);
    expect(evaluateUdf(f, { a: 1, b: null })).toBe(null);
    expect(calls).toBe(0);
    expect(evaluateUdf(f, { a: 1, b: 0 })).toBe(1);
  });
  test('may give NULL', () =>
    expect(
      evaluateUdf(
        udf(['INT'], 'INT', () => null),
        { a: 1 },
      ),
    ).toBe(null));
  test.each<[string, () => unknown, string]>([
    [
      'an Error',
      () => {
        throw new TypeError('no such thing');
      },
      "udf 'f' threw: no such thing",
    ],
    [
      'a text',
      () => {
        throw 'oops';
      },
      "udf 'f' threw: 'oops'",
    ],
  ])('that throws %s', (_, run, message) =>
    expect(() => evaluateUdf(udf(['INT'], 'INT', run), { a: 1 })).toThrow(new RowError(message)),
  );
  test.each<[SqlType, unknown, string]>([
    ['INT', '5', "udf 'f': wanted INT, got '5'"],
    ['DOUBLE', Number.NaN, "udf 'f': wanted DOUBLE, got NaN"],
    ['VARCHAR', 5, "udf 'f': wanted VARCHAR, got 5"],
    ['INT', Promise.resolve(1), "udf 'f': wanted INT, got a promise"],
  ])('that gives no %s', (returns, result, message) =>
    expect(() =>
      evaluateUdf(
        udf(['INT'], returns, () => result),
        { a: 1 },
      ),
    ).toThrow(new RowError(message)),
  );
});

describe.each([
  ['generated', <T>(make: () => T): T => make()],
  ['without code generation', withoutCodeGeneration],
])('compileProjection, %s', (_, within) => {
  const columns = columnsOf({ id: 'BIGINT', 'a"b': 'VARCHAR', x: 'DOUBLE' });
  const row = { id: 7, 'a"b': 'text', x: 1.5 };
  const project = (fields: [string, Expression][]) => within(() => compileProjection(fields, columns, env));

  test('plain and computed columns, in order, as a plain object', () => {
    const make = project([
      ['y', call('plus', column('x'), literal(['DOUBLE', 1]))],
      ['a"b', column('a"b')],
      ['"];throw 1//', column('id')],
    ]);
    const result = make(row);
    expect(result).toStrictEqual({ y: 2.5, 'a"b': 'text', '"];throw 1//': 7 });
    expect(Object.keys(result)).toEqual(['y', 'a"b', '"];throw 1//']);
    expect(make(row)).not.toBe(result);
  });
  test('a column named __proto__ is a column', () => {
    const result = project([
      ['__proto__', column('id')],
      ['x', column('x')],
    ])(row);
    expect(Object.entries(result)).toEqual([
      ['__proto__', 7],
      ['x', 1.5],
    ]);
    expect(Object.getPrototypeOf(result)).toBe(Object.prototype);
  });
  test('no columns', () => expect(project([])(row)).toStrictEqual({}));
  test('the same columns in the same order: the row itself', () => {
    expect(
      project([
        ['id', column('id')],
        ['a"b', column('a"b')],
        ['x', column('x')],
      ])(row),
    ).toBe(row);
    const turned = project([
      ['x', column('x')],
      ['a"b', column('a"b')],
      ['id', column('id')],
    ])(row);
    expect(Object.keys(turned)).toEqual(['x', 'a"b', 'id']);
  });
  test('what a field throws comes through', () =>
    expect(() => project([['y', call('dividedBy', column('x'), literal(['DOUBLE', 0]))]])(row)).toThrow(
      RowError,
    ));
});

test('an unknown column', () =>
  expect(() => compileExpression(column('nope'), [], env)).toThrow("no column 'nope'"));
