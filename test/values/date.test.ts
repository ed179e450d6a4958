import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { civilOf, DAY, daysOf, FIRST_DAY, LAST_DAY } from '../../src/values/civil.ts';
import { formatDate, parseDate } from '../../src/values/date.ts';

test.each([
  ['1970-01-01', 0],
  ['1969-12-31', -1],
  ['2000-02-29', 11016],
  ['0001-01-01', FIRST_DAY],
  ['9999-12-31', LAST_DAY],
])('%s', (text, days) => {
  expect(parseDate(text)).toBe(days);
  expect(formatDate(days)).toBe(text);
});

test.each([
  '2025-02-29',
  '1900-02-29',
  '2025-04-31',
  '2025-13-01',
  '2025-00-10',
  '2025-01-00',
  '2025-01-32',
  '0000-01-01',
  '2025-1-1',
  '20250101',
  '2025-01-01 ',
  '2025-01-01T00:00',
  '-001-01-01',
  '10000-01-01',
  '',
])('%j is no date', (text) => expect(parseDate(text)).toBeUndefined());

test('all days of the years 1 to 9999, against Date', () => {
  fc.assert(
    fc.property(fc.integer({ min: FIRST_DAY, max: LAST_DAY }), (days) => {
      const text = new Date(days * DAY).toISOString().slice(0, 10);
      expect(formatDate(days)).toBe(text);
      expect(parseDate(text)).toBe(days);
      const { year, month, day } = civilOf(days);
      expect(daysOf(year, month, day)).toBe(days);
    }),
  );
});

test('days before year 1 have a text too', () => expect(formatDate(FIRST_DAY - 366)).toBe('0000-01-01'));
