import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  FIRST_TIMESTAMP,
  formatTimestamp,
  LAST_TIMESTAMP,
  parseTimestamp,
} from '../../src/values/timestamp.ts';

test.each([
  ['2025-01-15T02:00:00Z', '2025-01-15T02:00:00.000Z'],
  ['2025-01-15T10:00:00+08:00', '2025-01-15T02:00:00.000Z'],
  ['2025-01-15T10:00:00+0800', '2025-01-15T02:00:00.000Z'],
  ['2025-01-15T10:00:00+08', '2025-01-15T02:00:00.000Z'],
  ['2025-01-15 02:00:00', '2025-01-15T02:00:00.000Z'],
  ['2025-01-15 02:00:00.5', '2025-01-15T02:00:00.500Z'],
  ['2025-01-15 02:00:00,25', '2025-01-15T02:00:00.250Z'],
  ['2025-01-15 02:00:00.123999999', '2025-01-15T02:00:00.123Z'],
  ['2025-01-15T02:00', '2025-01-15T02:00:00.000Z'],
  ['2025-01-15', '2025-01-15T00:00:00.000Z'],
  ['2025-01-15 02:00:00 -03:30', '2025-01-15T05:30:00.000Z'],
  ['2024-02-29t23:59:59z', '2024-02-29T23:59:59.000Z'],
  ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00.000Z'],
])('%j', (text, iso) => expect(parseTimestamp(text)).toBe(Date.parse(iso)));

test.each([
  '2025-02-29T00:00:00Z',
  '2025-01-15T24:00:00Z',
  '2025-01-15T02:60:00Z',
  '2025-01-15T02:00:60Z',
  '2025-01-15T02:00:00+24:00',
  '2025-01-15T02:00:00+08:60',
  '0000-12-31T00:00:00Z',
  '0001-01-01T00:00:00+08:00',
  '9999-12-31T23:59:59-01:00',
  '2025-01-15T',
  '2025-01-15T02',
  '1736906400000',
  '2025/01/15 02:00:00',
  '2025-01-15 02:00:00.',
  '2025-01-15Z',
  '15.01.2025',
  '',
  'now',
])('%j is no time', (text) => expect(parseTimestamp(text)).toBeUndefined());

test('reads what it writes, and writes what Date writes', () => {
  fc.assert(
    fc.property(fc.integer({ min: FIRST_TIMESTAMP, max: LAST_TIMESTAMP }), (millis) => {
      const text = formatTimestamp(millis);
      expect(text).toBe(new Date(millis).toISOString().replace('T', ' ').slice(0, -1));
      expect(parseTimestamp(text)).toBe(millis);
      expect(parseTimestamp(`${text}+05:45`) ?? millis - 345 * 60_000).toBe(millis - 345 * 60_000);
    }),
  );
});
