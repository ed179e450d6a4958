import { describe, expect, test } from '@jest/globals';
import { columnsOf, trustedColumnsOf } from '../../../src/plan/derive/columns.ts';
import type { Expression } from '../../../src/plan/expression.ts';
import type { Relation } from '../../../src/plan/node.ts';
import {
  aggregate,
  call,
  cast,
  col,
  filter,
  firstValue,
  group,
  into,
  lastValue,
  literal,
  lookup,
  project,
  source,
  table,
  tryCast,
  udf,
  upsert,
  when,
} from '../build.ts';

const rows = source('s', { a: 'BIGINT', b: 'BIGINT', c: 'VARCHAR', d: 'BOOLEAN', k: 'BIGINT!' });
const dimension = table('t', { id: 'BIGINT!', x: 'VARCHAR', y: 'DOUBLE!' }, 'id');
const words = (node: Relation) =>
  columnsOf(node).map(({ name, type, nullable }) => `${name} ${type}${nullable ? '' : '!'}`);

describe('columnsOf', () => {
  const cases: [string, Relation, string[]][] = [
    ['source', rows, ['a BIGINT', 'b BIGINT', 'c VARCHAR', 'd BOOLEAN', 'k BIGINT!']],
    [
      'filter',
      filter(rows, call('isNotNull', 'a')),
      ['a BIGINT!', 'b BIGINT', 'c VARCHAR', 'd BOOLEAN', 'k BIGINT!'],
    ],
    [
      'project',
      project(rows, 'k', { sum: call('plus', 'k', literal('BIGINT', 1)), late: call('eq', 'a', 'b') }),
      ['k BIGINT!', 'sum BIGINT!', 'late BOOLEAN'],
    ],
    [
      'lastValue',
      lastValue(project(rows, 'a', 'k'), ['k'], { ignoreNulls: true }),
      ['a BIGINT', 'k BIGINT!'],
    ],
    ['firstValue', firstValue(project(rows, 'a', 'k'), ['k']), ['a BIGINT', 'k BIGINT!']],
    ['upsert', upsert(project(rows, 'a', 'k'), ['k']), ['a BIGINT', 'k BIGINT!']],
    [
      'aggregate: keys, then calls',
      group(rows, ['k', 'c'], { n: aggregate('count'), most: aggregate('max', 'a') }),
      ['k BIGINT!', 'c VARCHAR', 'n BIGINT!', 'most BIGINT'],
    ],
    [
      'lookup: the table without its key',
      lookup(project(rows, 'a'), dimension, { id: 'a' }),
      ['a BIGINT', 'x VARCHAR', 'y DOUBLE!'],
    ],
    [
      'lookup that keeps rows without a match',
      lookup(project(rows, 'a'), dimension, { id: 'a' }, 'null'),
      ['a BIGINT', 'x VARCHAR', 'y DOUBLE'],
    ],
    [
      'unknown column: a VARCHAR',
      project(rows, { z: 'zz', n: call('times', 'c', 'a') }),
      ['z VARCHAR', 'n VARCHAR'],
    ],
    [
      'unknown key: a VARCHAR',
      group(rows, ['zz'], { n: aggregate('sum', 'c') }),
      ['zz VARCHAR', 'n VARCHAR'],
    ],
  ];
  test.each(cases)('%s', (_, node, expected) => {
    expect(words(node)).toEqual(expected);
  });

  test('an output writes what its input has', () => {
    expect(columnsOf(into(rows, dimension))).toEqual(columnsOf(rows));
  });

  test('is asked once per node', () => {
    expect(columnsOf(rows)).toBe(columnsOf(rows));
  });

  test('a udf may give NULL; taken at its word it does for NULL only', () => {
    const node = project(rows, {
      n: udf('f', ['BIGINT'], 'BIGINT', 'k'),
      m: udf('f', ['BIGINT'], 'BIGINT', 'a'),
    });
    expect(columnsOf(node).map(({ nullable }) => nullable)).toEqual([true, true]);
    expect(trustedColumnsOf(node).map(({ nullable }) => nullable)).toEqual([false, true]);
  });
});

describe('what a filter proves', () => {
  const five = literal('BIGINT', 5);
  const a5 = call('gt', 'a', five);
  const b5 = call('gt', 'b', five);
  const cases: [string, Expression, string[]][] = [
    ['a comparison', a5, ['a']],
    ['a comparison of columns', call('lt', 'a', 'b'), ['a', 'b']],
    ['isNull', call('isNull', 'a'), []],
    ['not isNull', call('not', call('isNull', 'a')), ['a']],
    ['isNotNull', call('isNotNull', 'a'), ['a']],
    ['not isNotNull', call('not', call('isNotNull', 'a')), []],
    ['and', call('and', a5, b5), ['a', 'b']],
    ['or', call('or', a5, b5), []],
    ['or of the same', call('or', a5, call('eq', 'a', 'b')), ['a']],
    ['not and', call('not', call('and', a5, b5)), []],
    ['not or', call('not', call('or', a5, b5)), ['a', 'b']],
    ['not', call('not', a5), ['a']],
    ['isDistinctFrom', call('isDistinctFrom', 'a', five), []],
    ['between', call('between', 'a', 'b', five), ['a', 'b']],
    ['not between', call('not', call('between', 'a', 'b', five)), ['a']],
    ['in', call('in', 'a', five), ['a']],
    ['not in', call('not', call('in', 'a', five)), ['a']],
    ['like', call('like', 'c', literal('VARCHAR', '%')), ['c']],
    ['arithmetic', call('gt', call('plus', 'a', 'b'), five), ['a', 'b']],
    ['a cast', call('eq', cast('a', 'DOUBLE'), literal('DOUBLE', 1)), ['a']],
    ['tryCast', call('lt', tryCast('c', 'DOUBLE'), literal('DOUBLE', 1)), ['c']],
    ['tryCast isNotNull', call('isNotNull', tryCast('c', 'DOUBLE')), ['c']],
    ['tryCast isNull, not', call('not', call('isNull', tryCast('c', 'DOUBLE'))), ['c']],
    ['nullIf', call('isNotNull', call('nullIf', 'a', five)), ['a']],
    ['orElse', call('gt', call('orElse', 'a', five), five), []],
    ['when', call('gt', when(a5, col('a'), five), five), []],
    ['a udf', call('gt', udf('f', ['BIGINT'], 'BIGINT', 'a'), five), []],
    ['a BOOLEAN column', col('d'), ['d']],
    ['not a BOOLEAN column', call('not', 'd'), ['d']],
    ['TRUE', literal('BOOLEAN', true), []],
  ];
  test.each(cases)('%s', (_, condition, proven) => {
    const before = rows.source.columns.filter(({ nullable }) => nullable).map(({ name }) => name);
    const after = columnsOf(filter(rows, condition));
    expect(before.filter((name) => !after.find((column) => column.name === name)?.nullable)).toEqual(proven);
  });
});
