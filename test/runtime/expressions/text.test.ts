import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { FunctionName } from '../../../src/plan/expression.ts';
import { likeTest } from '../../../src/runtime/expressions/like.ts';
import type { Value } from '../../../src/values/sql-type.ts';
import { both, type Typed } from './evaluate.ts';

const typed = (value: string | number | null): Typed => [
  typeof value === 'number' ? 'INT' : 'VARCHAR',
  value,
];

test.each<[FunctionName, (string | number | null)[], Value]>([
  ['lower', ['ÄB'], 'äb'],
  ['upper', ['straße'], 'STRASSE'],
  ['trim', ['  a b  '], 'a b'],
  ['trim', ['\ta '], '\ta'],
  ['trim', ['   '], ''],
  ['length', ['a😀中'], 3],
  ['length', [''], 0],
  ['concat', ['a', 'b', 'c'], 'abc'],
  ['concat', ['a', null], null],
  ['contains', ['abc', 'bc'], true],
  ['contains', ['abc', ''], true],
  ['contains', ['abc', 'B'], false],
  ['contains', [null, 'a'], null],
  ['startsWith', ['abc', 'ab'], true],
  ['startsWith', ['abc', 'b'], false],
  ['endsWith', ['abc', 'bc'], true],
  ['endsWith', ['abc', 'b'], false],
  ['endsWith', ['abc', null], null],
  ['substring', ['a😀bc', 1], '😀bc'],
  ['substring', ['a😀bc', 1, 2], '😀b'],
  ['substring', ['abc', 5], ''],
  ['substring', ['abc', -2, 1], 'a'],
  ['substring', ['abc', 1, 0], ''],
  ['substring', ['abc', 1, -1], ''],
  ['substring', [null, 0], null],
  ['lower', [null], null],
])('%s of %p is %p', (name, args, result) => expect(both(name, ...args.map(typed))).toBe(result));

test('substring of NULL places', () => {
  expect(both('substring', ['VARCHAR', 'abc'], ['INT', null])).toBe(null);
  expect(both('substring', ['VARCHAR', 'abc'], ['INT', 0], ['INT', null])).toBe(null);
  expect(both('substring', ['VARCHAR', 'abc'], ['BIGINT(bigint)', 1n], ['BIGINT', 1])).toBe('b');
});

test('blanks inside a long text are no trouble for trim', () => {
  const text = `x${' '.repeat(200_000)}x`;
  const start = performance.now();
  expect(both('trim', ['VARCHAR', `${text}  `])).toBe(text);
  expect(performance.now() - start).toBeLessThan(2000);
});

describe('like', () => {
  test.each<[string, string, boolean]>([
    ['abc', 'abc', true],
    ['abc', 'ab', false],
    ['abc', 'a%', true],
    ['abc', '%c', true],
    ['abc', '%b%', true],
    ['abc', 'a%b', false],
    ['', '', true],
    ['', '%', true],
    ['', '_', false],
    ['a😀c', 'a_c', true],
    ['a😀c', 'a__c', false],
    ['abcabc', '%b_a%c', true],
    ['aab', 'a%ab', true],
    ['ab', 'ab%ab', false],
    ['ABC', 'abc', false],
    ['a\nb', 'a%b', true],
    ['a\nb', 'a_b', true],
    ['50%', '50\\%', true],
    ['50x', '50\\%', false],
    ['a_b', 'a\\_b', true],
    ['axb', 'a\\_b', false],
    ['a\\b', 'a\\\\b', true],
    ['a\\', 'a\\', true],
    ['ax', 'a\\x', true],
    ['a.c', 'a.c', true],
    ['abc', 'a.c', false],
    ['a*b', 'a*b', true],
    ['xaxbx', '%a%b%', true],
    ['xbxax', '%a%b%', false],
    ['aXbXc', 'a%_b%c', true],
  ])('%j like %j: %p', (text, pattern, result) =>
    expect(both('like', ['VARCHAR', text], ['VARCHAR', pattern])).toBe(result),
  );

  test('NULL', () => {
    expect(both('like', ['VARCHAR', null], ['VARCHAR', '%'])).toBe(null);
    expect(both('like', ['VARCHAR', 'a'], ['VARCHAR', null])).toBe(null);
  });

  test('agrees with a regular expression', () => {
    const char = fc.constantFrom('a', 'b', '😀', '.');
    const text = fc.array(char, { maxLength: 8 }).map((chars) => chars.join(''));
    const pattern = fc.array(fc.oneof(char, fc.constantFrom('%', '_', '%')), { maxLength: 6 });
    fc.assert(
      fc.property(text, pattern, (value, pieces) => {
        const regex = pieces
          .map((p) => (p === '%' ? '.*' : p === '_' ? '.' : p === '.' ? '\\.' : p))
          .join('');
        expect(likeTest(pieces.join(''))(value)).toBe(new RegExp(`^${regex}$`, 'su').test(value));
      }),
      { numRuns: 3000 },
    );
  });

  test('many % over a long text do not backtrack', () => {
    const start = performance.now();
    expect(likeTest(`${'%a'.repeat(50)}%b`)('a'.repeat(100_000))).toBe(false);
    expect(likeTest(`${'%a_'.repeat(50)}%b`)('a'.repeat(100_000))).toBe(false);
    expect(performance.now() - start).toBeLessThan(2000);
  });
});
