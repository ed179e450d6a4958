import { expect, test } from '@jest/globals';
import { aggregateType } from '../../../src/plan/derive/aggregate-type.ts';
import type { Aggregate } from '../../../src/plan/expression.ts';
import { aggregate, call, col, source } from '../build.ts';

const { columns } = source('s', {
  i: 'INT!',
  b: 'BIGINT!',
  x: 'BIGINT(bigint)!',
  d: 'DOUBLE!',
  m: 'DECIMAL(10,2)!',
  m8: 'DECIMAL(20,8)!',
  t: 'VARCHAR!',
  f: 'BOOLEAN!',
  at: 'TIMESTAMP(3)!',
  n: 'DOUBLE',
}).source;

const cases: [Aggregate, string][] = [
  [aggregate('count'), 'BIGINT NOT NULL'],
  [aggregate('count', null, col('f')), 'BIGINT NOT NULL'],
  [aggregate('countDistinct', 't'), 'BIGINT NOT NULL'],
  [aggregate('countDistinct', 'n', col('f')), 'BIGINT NOT NULL'],
  [aggregate('sum', 'i'), 'BIGINT NOT NULL'],
  [aggregate('sum', 'b'), 'BIGINT NOT NULL'],
  [aggregate('sum', 'x'), 'BIGINT(bigint) NOT NULL'],
  [aggregate('sum', 'd'), 'DOUBLE NOT NULL'],
  [aggregate('sum', 'm'), 'DECIMAL(38,2) NOT NULL'],
  [aggregate('sum', 'n'), 'DOUBLE'],
  [aggregate('sum', 'd', col('f')), 'DOUBLE'],
  [aggregate('avg', 'i'), 'DOUBLE NOT NULL'],
  [aggregate('avg', 'x'), 'DOUBLE NOT NULL'],
  [aggregate('avg', 'd'), 'DOUBLE NOT NULL'],
  [aggregate('avg', 'm'), 'DECIMAL(38,6) NOT NULL'],
  [aggregate('avg', 'm8'), 'DECIMAL(38,8) NOT NULL'],
  [aggregate('min', 't'), 'VARCHAR NOT NULL'],
  [aggregate('max', 'at'), 'TIMESTAMP(3) NOT NULL'],
  [aggregate('max', 'n'), 'DOUBLE'],
  [aggregate('min', call('abs', 'm')), 'DECIMAL(10,2) NOT NULL'],
];
test.each(cases.map(([of, type]) => [of.name, type, of] as const))('%s: %s', (_, expected, of) => {
  const { type, nullable } = aggregateType(of, columns);
  expect(nullable ? type : `${type} NOT NULL`).toBe(expected);
});

const wrong: [string, Aggregate, string][] = [
  ['sum of text', aggregate('sum', 't'), 'sum takes numbers, not VARCHAR'],
  ['avg of a time', aggregate('avg', 'at'), 'avg takes numbers, not TIMESTAMP(3)'],
  ['max of a BOOLEAN', aggregate('max', 'f'), 'max: BOOLEAN has no order'],
  ['count of something', aggregate('count', 'i'), 'count takes no argument'],
  ['sum of nothing', aggregate('sum'), 'sum takes an argument'],
  ['where is no test', aggregate('sum', 'i', col('i')), 'where takes a test, not INT'],
];
test.each(wrong)('%s throws', (_, of, message) => {
  expect(() => aggregateType(of, columns)).toThrow(message);
});
