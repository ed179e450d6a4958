import { civilOf, daysOf } from './civil.ts';

const DATE = /^(\d{4})-(\d\d)-(\d\d)$/;

/** Days since 1970-01-01 of `yyyy-MM-dd`; undefined where that is no date of the years 1 to 9999. */
export function parseDate(text: string): number | undefined {
  const match = DATE.exec(text);
  return match ? existing(Number(match[1]), Number(match[2]), Number(match[3])) : undefined;
}

/** Days since 1970-01-01 of a date; undefined where there is no such date, or in year 0. */
export function existing(year: number, month: number, day: number): number | undefined {
  if (year < 1 || month < 1 || month > 12 || day < 1 || day > 31) return undefined;
  const days = daysOf(year, month, day);
  return day <= 28 || civilOf(days).day === day ? days : undefined;
}

/** `yyyy-MM-dd` of so many days since 1970-01-01. */
export function formatDate(days: number): string {
  const { year, month, day } = civilOf(days);
  const sign = year < 0 ? '-' : '';
  return `${sign}${String(Math.abs(year)).padStart(4, '0')}-${two(month)}-${two(day)}`;
}

const two = (n: number): string => (n < 10 ? `0${n}` : `${n}`);
