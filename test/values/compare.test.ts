import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { comparator, compareText, sameRow } from '../../src/values/compare.ts';
import { withoutCodeGeneration } from './without-code-generation.ts';

describe('compareText', () => {
  // Few characters from each region, so that common prefixes and each kind of difference come up.
  const unit = fc.constantFrom(
    '',
    'a',
    'b',
    'é',
    '中',
    '\ud7ff',
    '\ue000',
    '\uffff',
    '𐀀',
    '😀',
    '\u{10ffff}',
  );
  const text = fc.oneof(
    fc.array(unit, { maxLength: 6 }).map((units) => units.join('')),
    fc.string({ unit: 'binary' }),
  );

  test('is the order of UTF-8 bytes', () => {
    fc.assert(
      fc.property(text, text, (a, b) => {
        expect(Math.sign(compareText(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)));
      }),
      { numRuns: 2000 },
    );
  });

  test('where UTF-16 would order the other way', () => {
    expect('\uffff' > '😀').toBe(true);
    expect(compareText('\uffff', '😀')).toBeLessThan(0);
    expect(compareText('x😀', 'x\uffff')).toBeGreaterThan(0);
  });
});

test.each([
  ['INT', 1, 2],
  ['DOUBLE', -1.5, -1],
  ['BIGINT(bigint)', 2n ** 62n, 2n ** 62n + 1n],
  ['DECIMAL(10,2)', 99n, 100n],
  ['VARCHAR', '10', '9'],
  ['BOOLEAN', false, true],
  ['TIMESTAMP(3)', 0, 1],
  ['DATE', -1, 0],
] as const)('comparator(%s)', (type, low, high) => {
  const compare = comparator(type);
  expect(compare(low, high)).toBeLessThan(0);
  expect(compare(high, low)).toBeGreaterThan(0);
  expect(compare(high, high)).toBe(0);
});

test('minus zero is zero in order', () => expect(comparator('DOUBLE')(-0, 0)).toBe(0));

describe.each([
  ['generated', <T>(make: () => T): T => make()],
  ['without code generation', withoutCodeGeneration],
])('sameRow, %s', (_, within) => {
  const same = within(() => sameRow(['a', 'b"]', '__proto__']));
  const row = (a: unknown, b: unknown, c: unknown) => ({ a, 'b"]': b, ['__proto__']: c }) as never;

  test('equal in each column', () => {
    expect(same(row('x', null, 0), row('x', null, -0))).toBe(true);
    expect(same(row(1n, true, ''), row(1n, true, ''))).toBe(true);
  });
  test('different in one', () => {
    expect(same(row('x', null, 0), row('y', null, 0))).toBe(false);
    expect(same(row('x', null, 0), row('x', 'null', 0))).toBe(false);
    expect(same(row('x', null, 0), row('x', null, null))).toBe(false);
  });
  test('other columns do not count', () => {
    const onlyA = within(() => sameRow(['a']));
    expect(onlyA({ a: 1, b: 1 }, { a: 1, b: 2 })).toBe(true);
  });
});
