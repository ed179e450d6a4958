import { describe, expect, test } from '@jest/globals';
import { RowError } from '../../src/errors.ts';
import { fromEdge, jsonText, toEdge } from '../../src/values/edge.ts';

test.each([
  ['INT', 5, 5],
  ['BIGINT(bigint)', 5n, 5n],
  ['DECIMAL(10,2)', 1250n, '12.50'],
  ['DATE', 0, '1970-01-01'],
  ['TIMESTAMP(3)', 1000, 1000],
  ['VARCHAR', 'x', 'x'],
  ['BOOLEAN', false, false],
  ['DECIMAL(10,2)', null, null],
] as const)('toEdge(%s, %p) is %p', (type, value, edge) => expect(toEdge(type, value)).toBe(edge));

describe('fromEdge', () => {
  test.each([
    ['INT', 2 ** 31 - 1, 2 ** 31 - 1],
    ['INT', -0, 0],
    ['BIGINT', Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
    ['BIGINT(bigint)', 2n ** 63n - 1n, 2n ** 63n - 1n],
    ['BIGINT(bigint)', 7, 7n],
    ['DOUBLE', 1e308, 1e308],
    ['DECIMAL(10,2)', '12.345', 1235n],
    ['DECIMAL(10,2)', 0.1, 10n],
    ['VARCHAR', '😀', '😀'],
    ['VARCHAR', '', ''],
    ['BOOLEAN', true, true],
    ['TIMESTAMP(3)', new Date(5), 5],
    ['TIMESTAMP(3)', 5, 5],
    ['TIMESTAMP(3)', '1970-01-01 00:00:00.005', 5],
    ['DATE', '1970-01-02', 1],
    ['DATE', null, null],
    ['INT', undefined, null],
  ] as const)('%s from %p is %p', (type, edge, value) => expect(fromEdge(type, edge)).toBe(value));

  test.each([
    ['INT', 2 ** 31, 'wanted INT, got 2147483648'],
    ['INT', 1.5, 'wanted INT, got 1.5'],
    ['INT', '5', "wanted INT, got '5'"],
    ['BIGINT', 2 ** 53, 'wanted BIGINT, got 9007199254740992'],
    ['BIGINT', 5n, 'wanted BIGINT, got 5n'],
    ['BIGINT(bigint)', 2n ** 63n, 'wanted BIGINT(bigint), got 9223372036854775808n'],
    ['BIGINT(bigint)', 1.5, 'wanted BIGINT(bigint), got 1.5'],
    ['DOUBLE', Number.NaN, 'wanted DOUBLE, got NaN'],
    ['DOUBLE', '1', "wanted DOUBLE, got '1'"],
    ['DECIMAL(5,2)', '1000', "wanted DECIMAL(5,2), got '1000'"],
    ['DECIMAL(5,2)', 5n, 'wanted DECIMAL(5,2), got 5n'],
    ['VARCHAR', 5, 'wanted VARCHAR, got 5'],
    ['VARCHAR', 'a\0', 'wanted VARCHAR, got text with U+0000'],
    ['VARCHAR', 'a\ud800', 'wanted VARCHAR, got text with a lone surrogate'],
    ['VARCHAR', { a: 1 }, 'wanted VARCHAR, got {"a":1}'],
    ['BOOLEAN', 1, 'wanted BOOLEAN, got 1'],
    ['BOOLEAN', 'true', "wanted BOOLEAN, got 'true'"],
    ['TIMESTAMP(3)', new Date(Number.NaN), 'wanted TIMESTAMP(3), got an invalid Date'],
    ['TIMESTAMP(3)', 1e15, 'wanted TIMESTAMP(3), got 1000000000000000'],
    ['DATE', 5, 'wanted DATE, got 5'],
    ['DATE', '2025-02-29', "wanted DATE, got '2025-02-29'"],
    ['INT', Promise.resolve(1), 'wanted INT, got a promise'],
    ['INT', () => 1, 'wanted INT, got a function'],
  ] as const)('%s from %p: refused', (type, edge, message) => {
    expect(() => fromEdge(type, edge)).toThrow(new RowError(message));
  });

  test('names the column, cuts long values', () => {
    try {
      fromEdge('INT', 'x'.repeat(1000), 'age');
      expect('nothing thrown').toBe('a RowError');
    } catch (error) {
      expect(error).toBeInstanceOf(RowError);
      expect((error as RowError).column).toBe('age');
      expect((error as RowError).message).toBe(`wanted INT, got '${'x'.repeat(60)}…'`);
    }
  });
});

test('jsonText', () => {
  const columns = [
    { name: 'i', type: 'INT' },
    { name: 'b', type: 'BIGINT(bigint)' },
    { name: 'd', type: 'DECIMAL(10,2)' },
    { name: 'x', type: 'DOUBLE' },
    { name: 't"', type: 'VARCHAR' },
    { name: 'ok', type: 'BOOLEAN' },
    { name: 'at', type: 'TIMESTAMP(3)' },
    { name: 'on', type: 'DATE' },
    { name: 'nothing', type: 'DATE' },
  ] as const;
  const row = {
    i: -0,
    b: 2n ** 60n,
    d: -5n,
    x: 1e21,
    't"': 'a"\n\u2028',
    ok: true,
    at: 5,
    on: 1,
    nothing: null,
  };
  const text = jsonText(columns, row);
  expect(text).toBe(
    '{"i":0,"b":1152921504606846976,"d":"-0.05","x":1e+21,"t\\"":"a\\"\\n\u2028","ok":true,"at":"1970-01-01 00:00:00.005","on":"1970-01-02","nothing":null}',
  );
  expect(JSON.parse(text)['t"']).toBe('a"\n\u2028');
  expect(jsonText([], {})).toBe('{}');
});
