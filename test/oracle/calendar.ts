// Local times as Intl tells them, one by one.
import { Reject } from './types.ts';

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(zone: string): Intl.DateTimeFormat {
  const made = formats.get(zone);
  if (made !== undefined) return made;
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    era: 'short',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
  });
  formats.set(zone, format);
  return format;
}

/** Digits of a text as `yyyyMMddHHmm`. */
const DIGITS = { monthOf: 6, dayOf: 8, hourOf: 10, minuteOf: 12 } as const;
export type CalendarName = keyof typeof DIGITS;

/** Local times asked for before, by zone and millisecond: `formatToParts` is slow, and every prefix asks again. */
const known = new Map<string, string>();

/** A calendar function of a time in epoch milliseconds. @throws Reject outside the years 1 to 9999 */
export function localText(name: CalendarName, millis: number, zone: string): string {
  const key = `${zone} ${millis}`;
  const text = known.get(key) ?? minuteText(millis, zone);
  known.set(key, text);
  return text.slice(0, DIGITS[name]);
}

function minuteText(millis: number, zone: string): string {
  // A Date ends at the year 275760.
  if (Math.abs(millis) > 8.64e15) throw new Reject(`${millis} is out of range`);
  const parts = Object.fromEntries(
    formatOf(zone)
      .formatToParts(millis)
      .map(({ type, value }) => [type, value]),
  );
  const { era, year = '', month, day, hour, minute } = parts;
  if (era !== 'AD' || year.length > 4) throw new Reject(`${millis} is out of range`);
  return `${year.padStart(4, '0')}${month}${day}${hour}${minute}`;
}

/** The first millisecond of the local hour or day that holds a time. */
export function startOf(name: 'hourOf' | 'dayOf', millis: number, zone: string): number {
  const text = localText(name, millis, zone);
  const inside = (time: number) => localText(name, time, zone) === text;
  let first = millis;
  for (let step = 3_600_000; step >= 1; step = Math.floor(step / 2))
    while (inside(first - step)) first -= step;
  return first;
}
