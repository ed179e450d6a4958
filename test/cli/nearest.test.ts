import { describe, expect, test } from '@jest/globals';
import { nearest, unknown, unknownWord } from '../../src/cli/nearest.ts';

describe('nearest', () => {
  test.each([
    ['hourly-premum', ['user-last-page', 'hourly-premium'], 'hourly-premium'],
    ['urser', ['order', 'user'], 'user'],
    ['prod', ['test', 'production'], 'production'],
    ['RUN', ['list', 'run'], 'run'],
    ['zzzzzz', ['list', 'run'], 'list'],
    ['', ['list', 'run'], 'run'],
  ])('of %p among %p is %p', (word, candidates, expected) => {
    expect(nearest(word, candidates)).toBe(expected);
  });

  test('a swap is one edit', () => {
    expect(nearest('isnert', ['insects', 'insert'])).toBe('insert');
  });

  test('of nothing is nothing', () => {
    expect(nearest('x', [])).toBeUndefined();
  });

  test('takes a word of any length', () => {
    expect(nearest('x'.repeat(1e6), ['a', 'b'])).toBe('a');
  });
});

describe('unknownWord', () => {
  test('names the word as typed, the nearest and the few that there are', () => {
    expect(unknownWord('job', 'a1', ['a', 'b'])).toBe(
      "unknown job 'a1': the nearest is 'a' (there is: a, b)",
    );
  });

  test('does not list many', () => {
    const many = Array.from({ length: 9 }, (_, i) => `word${i}`);
    expect(unknownWord('option', 'wrd3', many, 'of run')).toBe(
      "unknown option 'wrd3' of run: the nearest is 'word3'",
    );
  });

  test('is exit 2', () => {
    expect(unknown('job', 'x', [])).toMatchObject({ exitCode: 2, message: "unknown job 'x': there is none" });
  });
});
