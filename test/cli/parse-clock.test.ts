import { describe, expect, test } from '@jest/globals';
import { parseClock } from '../../src/cli/parse-clock.ts';

describe('parseClock', () => {
  test.each([
    ['2025-01-15T10:00:00+08:00', '2025-01-15T02:00:00.000Z'],
    ['2025-01-15T10:00Z', '2025-01-15T10:00:00.000Z'],
    ['2024-02-29T23:59:59.5-03:30', '2024-03-01T03:29:59.500Z'],
  ])('%s', (text, expected) => {
    expect(new Date(parseClock(text)).toISOString()).toBe(expected);
  });

  test.each([
    '2025-01-15T10:00:00',
    '2025-01-15',
    '2025-02-29T10:00:00Z',
    '2025-13-01T10:00:00Z',
    '2025-01-15T24:30:00Z',
    '2025-01-15T10:61:00Z',
    '2025-01-15 10:00:00Z',
    '2025-01-15T10:00:00+25:00',
    '2025-01-15T10:00:00Z ',
    '1736906400000',
    'now',
    '',
  ])('refuses %p', (text) => {
    expect(() => parseClock(text)).toThrow(`not '${text}'`);
  });
});
