import { describe, expect, test } from '@jest/globals';
import { valueForm } from '../../../src/connectors/sql/column-form.ts';
import type { SqlType, Value } from '../../../src/values/sql-type.ts';

describe('valueForm', () => {
  test.each<[SqlType, Exclude<Value, null>, unknown]>([
    ['INT', -5, -5],
    ['BIGINT', 2 ** 53 - 1, 2 ** 53 - 1],
    ['BIGINT(bigint)', -(2n ** 63n), '-9223372036854775808'],
    ['DOUBLE', 1e300, 1e300],
    ['DECIMAL(20,4)', -5n, '-0.0005'],
    ['VARCHAR', '', ''],
    ['BOOLEAN', true, 1],
    ['TIMESTAMP(3)', -1, '1969-12-31 23:59:59.999'],
    ['DATE', -1, '1969-12-31'],
  ])('%s: %p is bound as %p and read back', (type, value, bound) => {
    const form = valueForm(type);
    expect(form.encode(value)).toBe(bound);
    expect(form.decode(typeof bound === 'number' && type !== 'DOUBLE' ? String(bound) : bound)).toBe(value);
  });

  test.each<[SqlType, unknown, string]>([
    ['INT', '2147483648', '2147483648 is beyond the range of INT: declare the column bigint()'],
    ['BIGINT', '9007199254740992', "beyond 2^53: declare the column bigint({ mode: 'bigint' })"],
    ['BIGINT', '1.5', "'1.5' is no BIGINT"],
    ['BIGINT', '', "'' is no BIGINT"],
    ['BIGINT(bigint)', '9223372036854775808', 'beyond 64 bits'],
    ['DOUBLE', 'NaN', "'NaN' is no finite DOUBLE"],
    ['DOUBLE', Number.POSITIVE_INFINITY, 'Infinity is no finite DOUBLE'],
    ['DOUBLE', '', "'' is no finite DOUBLE"],
    ['DECIMAL(6,2)', '1.005', '1.005 has more than the 2 decimals of DECIMAL(6,2)'],
    ['DECIMAL(6,2)', '10000', '10000 is beyond the range of DECIMAL(6,2)'],
    ['DECIMAL(6,2)', 'x', "'x' is no DECIMAL(6,2)"],
    ['VARCHAR', Buffer.from('x'), 'is no text'],
    ['BOOLEAN', '2', "'2' is no BOOLEAN"],
    ['TIMESTAMP(3)', '0000-00-00 00:00:00.000', 'is no TIMESTAMP(3)'],
    ['TIMESTAMP(3)', 'infinity', "'infinity' is no TIMESTAMP(3)"],
    ['DATE', '2025-02-30', "'2025-02-30' is no DATE"],
  ])('%s: %p is not read', (type, raw, words) => {
    expect(() => valueForm(type).decode(raw)).toThrow(words);
  });

  test('a decimal of more zeros is exact', () => {
    expect(valueForm('DECIMAL(6,2)').decode('1.5000')).toBe(150n);
    expect(valueForm('DECIMAL(6,2)').decode('2')).toBe(200n);
  });
});
