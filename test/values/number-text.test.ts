import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseInteger, parseNumber } from '../../src/values/number-text.ts';

const NO_NUMBERS = [
  '',
  ' ',
  '.',
  '+',
  '-',
  'e5',
  '1e',
  '1e+',
  '.e1',
  '0x10',
  '0b1',
  '0o7',
  'NaN',
  'Infinity',
  '-Infinity',
  '1_000',
  '1,5',
  '12abc',
  '1 2',
  '1.2.3',
  '--1',
  '+-1',
  '1f',
  '1d',
  '10L',
  '１２',
  '\u00a01',
  '1\u2003',
  'null',
  'true',
  '1e5.0',
];

describe('parseNumber', () => {
  test.each([
    ['0', 0],
    ['12', 12],
    ['  12.50\t', 12.5],
    ['+7', 7],
    ['-7', -7],
    ['5.', 5],
    ['.5', 0.5],
    ['-.5e1', -5],
    ['1E3', 1000],
    ['1e-3', 0.001],
    ['0.1', 0.1],
    ['123456789012345', 123456789012345],
    ['9007199254740993', 9007199254740992],
    ['0.3000000000000000444', 0.30000000000000004],
    ['1e-999', 0],
    ['000000000000000000001', 1],
  ])('%j is %d', (text, value) => expect(parseNumber(text)).toBe(value));

  test.each(NO_NUMBERS)('%j is no number', (text) => expect(parseNumber(text)).toBeUndefined());

  test.each(['1e309', '-1e309', '1e999999999999', '9'.repeat(400)])(
    'beyond the range of DOUBLE: %s',
    (text) => expect(parseNumber(text)).toBeUndefined(),
  );

  test('reads what JavaScript prints', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(parseNumber(String(value))).toBe(value === 0 ? 0 : value);
      }),
    );
  });

  test('rounds decimal texts as JavaScript does', () => {
    const digits = fc.stringMatching(/^[0-9]{1,20}(\.[0-9]{0,20})?$/);
    fc.assert(fc.property(digits, (text) => expect(parseNumber(text)).toBe(Number(text))));
  });
});

describe('parseInteger', () => {
  test.each([
    ['12', 12n],
    ['-12', -12n],
    [' 1.0 ', 1n],
    ['1e3', 1000n],
    ['1200e-2', 12n],
    ['-0', 0n],
    ['0e999999', 0n],
    ['9223372036854775808', 9223372036854775808n],
    ['0.0001e4', 1n],
    [`1e37`, 10n ** 37n],
  ])('%j is %s', (text, value) => expect(parseInteger(text)).toBe(value));

  test.each([
    ...NO_NUMBERS,
    '1.5',
    '1e-1',
    '1e38',
    '1e999999',
    '1e99999999999999999999',
    '1e-99999999999999999999',
  ])('%j is none', (text) => expect(parseInteger(text)).toBeUndefined());

  test('reads every integer of 64 bits', () => {
    fc.assert(
      fc.property(fc.bigInt(-(2n ** 63n), 2n ** 63n), (n) => expect(parseInteger(String(n))).toBe(n)),
    );
  });
});
