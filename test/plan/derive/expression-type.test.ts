import { describe, expect, test } from '@jest/globals';
import { expressionType } from '../../../src/plan/derive/expression-type.ts';
import type { Expression } from '../../../src/plan/expression.ts';
import type { Column } from '../../../src/plan/schema.ts';
import { call, cast, clock, col, literal, source, tryCast, udf, when } from '../build.ts';

const { columns } = source('s', {
  i: 'INT!',
  b: 'BIGINT!',
  x: 'BIGINT(bigint)!',
  d: 'DOUBLE!',
  m: 'DECIMAL(10,2)!',
  m2: 'DECIMAL(6,4)!',
  t: 'VARCHAR!',
  f: 'BOOLEAN!',
  at: 'TIMESTAMP(3)!',
  day: 'DATE!',
  n: 'BIGINT',
  u: 'VARCHAR',
}).source as { columns: readonly Column[] };
const typeOf = (expression: Expression) => {
  const { type, nullable } = expressionType(expression, columns);
  return nullable ? type : `${type} NOT NULL`;
};
const wide = literal('DECIMAL(38,10)', 1n);

describe('expressionType', () => {
  const cases: [string, Expression, string][] = [
    ['a column', col('i'), 'INT NOT NULL'],
    ['a column that may be NULL', col('n'), 'BIGINT'],
    ['a literal', literal('VARCHAR', 'x'), 'VARCHAR NOT NULL'],
    ['NULL', literal('INT', null), 'INT'],
    ['the clock', clock('now'), 'BIGINT NOT NULL'],
    ['a comparison', call('lt', 'i', 'd'), 'BOOLEAN NOT NULL'],
    ['a comparison with NULL', call('lt', 'i', 'n'), 'BOOLEAN'],
    ['isNull', call('isNull', 'n'), 'BOOLEAN NOT NULL'],
    ['isDistinctFrom', call('isDistinctFrom', 'n', 'i'), 'BOOLEAN NOT NULL'],
    ['and', call('and', 'f', call('eq', 't', 'u')), 'BOOLEAN'],
    ['between', call('between', 'at', 'at', 'at'), 'BOOLEAN NOT NULL'],
    ['INT + INT', call('plus', 'i', 'i'), 'INT NOT NULL'],
    ['INT + BIGINT', call('plus', 'i', 'b'), 'BIGINT NOT NULL'],
    ['BIGINT(bigint) * INT', call('times', 'x', 'i'), 'BIGINT(bigint) NOT NULL'],
    ['BIGINT - DOUBLE', call('minus', 'b', 'd'), 'DOUBLE NOT NULL'],
    ['DECIMAL * DOUBLE', call('times', 'm', 'd'), 'DOUBLE NOT NULL'],
    ['DECIMAL(10,2) + DECIMAL(6,4)', call('plus', 'm', 'm2'), 'DECIMAL(13,4) NOT NULL'],
    ['DECIMAL(10,2) - INT', call('minus', 'm', 'i'), 'DECIMAL(13,2) NOT NULL'],
    ['DECIMAL(10,2) * DECIMAL(6,4)', call('times', 'm', 'm2'), 'DECIMAL(16,6) NOT NULL'],
    ['DECIMAL(10,2) * BIGINT', call('times', 'm', 'b'), 'DECIMAL(29,2) NOT NULL'],
    ['DECIMAL(10,2) / DECIMAL(6,4)', call('dividedBy', 'm', 'm2'), 'DECIMAL(21,9) NOT NULL'],
    ['DECIMAL(10,2) / INT', call('dividedBy', 'm', 'i'), 'DECIMAL(21,13) NOT NULL'],
    ['beyond 38 digits the scale gives way', call('times', 'm', wide), 'DECIMAL(38,6) NOT NULL'],
    ['but not more than it must', call('plus', wide, 'm'), 'DECIMAL(38,9) NOT NULL'],
    ['DOUBLE / INT', call('dividedBy', 'd', 'i'), 'DOUBLE NOT NULL'],
    ['quotient', call('quotient', 'i', 'b'), 'BIGINT NOT NULL'],
    ['mod', call('mod', 'i', 'n'), 'BIGINT'],
    ['negate', call('negate', 'm'), 'DECIMAL(10,2) NOT NULL'],
    ['abs', call('abs', 'i'), 'INT NOT NULL'],
    ['round of a DOUBLE', call('round', 'd', literal('INT', 1)), 'DOUBLE NOT NULL'],
    ['round of a DECIMAL', call('round', 'm'), 'DECIMAL(11,2) NOT NULL'],
    ['floor of a DECIMAL', call('floor', 'm'), 'DECIMAL(11,2) NOT NULL'],
    ['orElse', call('orElse', 'n', literal('BIGINT', 0)), 'BIGINT NOT NULL'],
    ['orElse of two that may be NULL', call('orElse', 'n', 'n'), 'BIGINT'],
    ['orElse of two DECIMALs', call('orElse', 'm', 'm2'), 'DECIMAL(12,4) NOT NULL'],
    ['nullIf', call('nullIf', 'i', literal('INT', 0)), 'INT'],
    ['lower', call('lower', 'u'), 'VARCHAR'],
    ['length', call('length', 't'), 'INT NOT NULL'],
    ['concat', call('concat', 't', 'u'), 'VARCHAR'],
    ['substring', call('substring', 't', literal('INT', 0), literal('INT', 2)), 'VARCHAR NOT NULL'],
    ['hourOf milliseconds', call('hourOf', 'b'), 'VARCHAR NOT NULL'],
    ['dayOf a timestamp', call('dayOf', 'at'), 'VARCHAR NOT NULL'],
    ['cast', cast('t', 'DECIMAL(12,4)'), 'DECIMAL(12,4) NOT NULL'],
    ['cast of NULL', cast('u', 'INT'), 'INT'],
    ['tryCast', tryCast('t', 'DOUBLE'), 'DOUBLE'],
    ['cast of a day', cast('day', 'TIMESTAMP(3)'), 'TIMESTAMP(3) NOT NULL'],
    ['cast of milliseconds', cast('b', 'TIMESTAMP(3)'), 'TIMESTAMP(3) NOT NULL'],
    ['when', when(col('f'), col('i'), col('d')), 'DOUBLE NOT NULL'],
    ['when NULL', when(col('f'), col('i'), literal('INT', null)), 'INT'],
    ['a udf', udf('f', ['VARCHAR'], 'INT', 't'), 'INT'],
  ];
  test.each(cases)('%s', (_, expression, expected) => {
    expect(typeOf(expression)).toBe(expected);
  });

  const wrong: [string, Expression, string][] = [
    ['an unknown column', col('zz'), "there is no column 'zz'"],
    ['text against a number', call('eq', 'i', 't'), 'eq: INT does not compare with VARCHAR'],
    ['text in an order', call('lt', 't', 'u'), 'lt: VARCHAR has no order here: cast it first'],
    ['a BOOLEAN in an order', call('gt', 'f', 'f'), 'gt: BOOLEAN has no order'],
    ['a time against milliseconds', call('gt', 'at', 'b'), 'gt: TIMESTAMP(3) does not compare with BIGINT'],
    [
      'in, of another type',
      call('in', 'i', literal('VARCHAR', 'x')),
      'in: INT does not compare with VARCHAR',
    ],
    ['and of numbers', call('and', 'i', 'f'), 'and takes BOOLEAN, not INT'],
    ['not of two', call('not', 'f', 'f'), 'not takes 1 argument, not 2'],
    ['arithmetic on text', call('times', 't', 'i'), 'times takes numbers, not VARCHAR: cast it first'],
    ['dividedBy of integers', call('dividedBy', 'i', 'd'), 'dividedBy is not for INT: .toDouble()'],
    ['quotient of DOUBLE', call('quotient', 'd', 'i'), 'quotient takes integers, not DOUBLE'],
    ['round of an integer', call('round', 'i'), 'round takes DOUBLE or DECIMAL, not INT'],
    ['like of a number', call('like', 'i', 't'), 'like takes VARCHAR, not INT'],
    ['substring by text', call('substring', 't', 't'), 'substring counts in integers, not VARCHAR'],
    [
      'hourOf text',
      call('hourOf', 't'),
      'hourOf takes epoch milliseconds (BIGINT) or TIMESTAMP(3), not VARCHAR',
    ],
    ['orElse of another type', call('orElse', 'i', 't'), 'orElse: INT or VARCHAR: both must be of one type'],
    [
      'branches of different types',
      when(col('f'), col('i'), col('t')),
      'branches of different types: INT and',
    ],
    ['when without a test', when(col('i'), col('i'), col('i')), 'when takes a test, not INT'],
    ['a cast that is none', cast('f', 'DATE'), 'BOOLEAN cannot be cast to DATE'],
    ['a udf of another type', udf('f', ['VARCHAR'], 'INT', 'i'), 'f: argument 1 is INT, not VARCHAR'],
    ['a udf of one more', udf('f', ['INT'], 'INT', 'i', 'i'), 'f takes 1 arguments, not 2'],
  ];
  test.each(wrong)('%s throws', (_, expression, message) => {
    expect(() => typeOf(expression)).toThrow(message);
  });
});
