import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { MillraceError, RowError } from '../../src/errors.ts';
import { calendar } from '../../src/values/calendar.ts';
import { FIRST_TIMESTAMP, LAST_TIMESTAMP } from '../../src/values/timestamp.ts';

const ZONES = [
  'UTC',
  'Asia/Shanghai',
  'America/New_York',
  'Asia/Kathmandu',
  'Pacific/Apia',
  'Australia/Lord_Howe',
  'America/Sao_Paulo',
  'America/St_Johns',
  'Africa/Monrovia',
  'Africa/Casablanca',
  'Asia/Tehran',
  'Pacific/Kiritimati',
  'Europe/Dublin',
  'America/Juneau',
];

/** `yyyyMMddHHmm` as Intl itself says it. */
function expectedMinute(timeZone: string): (millis: number) => string {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
  });
  return (millis) => {
    const part = Object.fromEntries(format.formatToParts(millis).map(({ type, value }) => [type, value]));
    return `${part.year?.padStart(4, '0')}${part.month}${part.day}${part.hour}${part.minute}`;
  };
}

describe.each(ZONES)('%s', (zone) => {
  const { hourOf, dayOf, monthOf, minuteOf, startOfDay, startOfHour } = calendar(zone);
  const minute = expectedMinute(zone);
  // All of history, and more of the times in which zones change.
  const instant = fc.oneof(
    fc.integer({ min: FIRST_TIMESTAMP + 300_000_000, max: LAST_TIMESTAMP - 86_400_000 }),
    fc.integer({ min: Date.UTC(1880, 0, 1), max: Date.UTC(2040, 0, 1) }),
  );

  test('agrees with Intl', () => {
    fc.assert(
      fc.property(instant, (millis) => {
        const expected = minute(millis);
        expect([minuteOf(millis), hourOf(millis), dayOf(millis), monthOf(millis)]).toEqual([
          expected,
          expected.slice(0, 10),
          expected.slice(0, 8),
          expected.slice(0, 6),
        ]);
      }),
      { numRuns: 400 },
    );
  });

  test('agrees with Intl around every change of offset', () => {
    const offset = (millis: number): number => Date.parse(isoLocal(minute(millis))) - millis;
    const step = 6 * 3_600_000;
    const low = Date.UTC(2010, 0, 1);
    let changes = 0;
    const wrong: number[] = [];
    for (let from = low; from < Date.UTC(2014, 0, 1); from += step) {
      if (offset(from) === offset(from + step)) continue;
      changes++;
      for (let at = from; at <= from + step; at += 60_000) {
        const expected = minute(at);
        if (minuteOf(at) !== expected || minuteOf(at + 59_999) !== expected) wrong.push(at);
      }
    }
    expect(wrong).toEqual([]);
    expect(changes > 0).toBe(
      !['UTC', 'Asia/Shanghai', 'Asia/Kathmandu', 'Africa/Monrovia', 'Pacific/Kiritimati'].includes(zone),
    );
  });

  test('startOfDay and startOfHour are the first instants of their day and hour', () => {
    fc.assert(
      fc.property(instant, (millis) => {
        const day = startOfDay(millis);
        expect(day).toBeLessThanOrEqual(millis);
        expect(dayOf(day)).toBe(dayOf(millis));
        const hour = startOfHour(millis);
        expect(hour).toBeLessThanOrEqual(millis);
        expect(hourOf(hour)).toBe(hourOf(millis));
        // No hour or day of the same name lies before, however the clock was set back.
        const earlier: number[] = [];
        for (let back = 1; back < 4 * 3_600_000; back += 599_999) {
          if (dayOf(day - back) === dayOf(millis)) earlier.push(day - back);
          if (hourOf(hour - back) === hourOf(millis)) earlier.push(hour - back);
        }
        expect(earlier).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });
});

const isoLocal = (m: string): string =>
  `${m.slice(0, 4)}-${m.slice(4, 6)}-${m.slice(6, 8)}T${m.slice(8, 10)}:${m.slice(10, 12)}:00Z`;
const iso = (text: string): number => Date.parse(text);

describe('known days', () => {
  test('Asia/Shanghai: seconds before 1901, DST from 1986 to 1991', () => {
    const { hourOf, minuteOf, startOfDay } = calendar('Asia/Shanghai');
    expect(minuteOf(iso('1900-12-31T15:54:16Z'))).toBe('190012312359');
    expect(startOfDay(iso('1900-06-01T12:00:00Z'))).toBe(iso('1900-05-31T15:54:17Z'));
    expect(hourOf(iso('1986-05-03T17:59:59Z'))).toBe('1986050401');
    expect(hourOf(iso('1986-05-03T18:00:00Z'))).toBe('1986050403');
    expect(hourOf(iso('2025-01-15T02:00:00Z'))).toBe('2025011510');
  });

  test('America/Sao_Paulo: a day that starts at 01:00', () => {
    const { startOfDay, startOfHour, hourOf } = calendar('America/Sao_Paulo');
    expect(startOfDay(iso('2018-11-04T15:00:00Z'))).toBe(iso('2018-11-04T03:00:00Z'));
    expect(hourOf(iso('2018-11-04T03:00:00Z'))).toBe('2018110401');
    expect(startOfHour(iso('2018-11-04T03:30:00Z'))).toBe(iso('2018-11-04T03:00:00Z'));
  });

  test('Pacific/Apia: a day that was left out', () => {
    const { dayOf, startOfDay } = calendar('Pacific/Apia');
    expect(dayOf(iso('2011-12-30T09:59:59.999Z'))).toBe('20111229');
    expect(dayOf(iso('2011-12-30T10:00:00Z'))).toBe('20111231');
    expect(startOfDay(iso('2011-12-31T03:00:00Z'))).toBe(iso('2011-12-30T10:00:00Z'));
  });

  test('America/New_York: an hour twice is one hour, from its first pass', () => {
    const { hourOf, startOfHour } = calendar('America/New_York');
    expect(hourOf(iso('2025-11-02T05:30:00Z'))).toBe('2025110201');
    expect(hourOf(iso('2025-11-02T06:30:00Z'))).toBe('2025110201');
    expect(startOfHour(iso('2025-11-02T06:30:00Z'))).toBe(iso('2025-11-02T05:00:00Z'));
  });

  test('Australia/Lord_Howe: half an hour of DST', () => {
    const { minuteOf, startOfHour } = calendar('Australia/Lord_Howe');
    expect(minuteOf(iso('2025-10-04T15:29:00Z'))).toBe('202510050159');
    expect(minuteOf(iso('2025-10-04T15:30:00Z'))).toBe('202510050230');
    expect(startOfHour(iso('2025-10-04T15:45:00Z'))).toBe(iso('2025-10-04T15:30:00Z'));
  });

  test('America/St_Johns: midnight twice, the day starts with the first', () => {
    const { dayOf, startOfDay } = calendar('America/St_Johns');
    expect(dayOf(iso('2010-11-07T02:30:30Z'))).toBe('20101107');
    expect(dayOf(iso('2010-11-07T02:31:00Z'))).toBe('20101106');
    expect(startOfDay(iso('2010-11-07T15:00:00Z'))).toBe(iso('2010-11-07T02:30:00Z'));
  });
});

describe('limits', () => {
  test('the years 1 to 9999 of the zone, no more', () => {
    const { dayOf, hourOf, startOfDay } = calendar('Asia/Shanghai');
    const late = iso('9999-12-31T15:59:59.999Z');
    expect(hourOf(late)).toBe('9999123123');
    expect(() => hourOf(late + 1)).toThrow(
      new RowError(`out of range: time ${late + 1} is outside the years 1 to 9999`),
    );
    const early = FIRST_TIMESTAMP - (8 * 3600 + 5 * 60 + 43) * 1000;
    expect(dayOf(early)).toBe('00010101');
    expect(startOfDay(early + 5)).toBe(early);
    for (const millis of [early - 1, -8.64e15, 8.64e15, 2 ** 53 - 1, -(2 ** 53 - 1)])
      expect(() => dayOf(millis)).toThrow(RowError);
  });

  test('an unknown zone', () => {
    expect(() => calendar('Mars/Base')).toThrow(MillraceError);
    expect(() => calendar('Mars/Base')).toThrow("unknown time zone 'Mars/Base'");
  });

  test('one calendar per zone', () => expect(calendar('Asia/Tokyo')).toBe(calendar('Asia/Tokyo')));

  test('hours that share a place do not mix', () => {
    const { hourOf } = calendar('UTC');
    const far = 4096 * 3_600_000;
    expect([hourOf(0), hourOf(far), hourOf(0), hourOf(2 * far)]).toEqual([
      '1970010100',
      '1970062016',
      '1970010100',
      '1970120808',
    ]);
  });
});
