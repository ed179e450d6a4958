// TIMESTAMP(3) and its text. Text without an offset is UTC.
import { DAY, FIRST_DAY, LAST_DAY } from './civil.ts';
import { existing, formatDate } from './date.ts';

/** Epoch milliseconds of the first moment that TIMESTAMP(3) can hold: the start of year 1, UTC. */
export const FIRST_TIMESTAMP = FIRST_DAY * DAY;
/** Epoch milliseconds of the last moment that TIMESTAMP(3) can hold: the end of year 9999, UTC. */
export const LAST_TIMESTAMP = (LAST_DAY + 1) * DAY - 1;

const TIMESTAMP =
  /^(\d{4})-(\d\d)-(\d\d)(?:[Tt ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d+))?)?(?: ?([Zz]|[+-]\d\d(?::?\d\d)?))?)?$/;

/**
 * Epoch milliseconds of an ISO 8601 or SQL time (`2025-01-15T10:00:00.5+08:00`, `2025-01-15 02:00:00.5`), a date alone being its
 * midnight; digits beyond milliseconds are cut. Undefined where the text is no such time, its date does not exist, or
 * lies outside the years 1 to 9999.
 */
export function parseTimestamp(text: string): number | undefined {
  const match = TIMESTAMP.exec(text);
  if (!match) return undefined;
  const days = existing(Number(match[1]), Number(match[2]), Number(match[3]));
  const hour = Number(match[4] ?? 0);
  const minute = Number(match[5] ?? 0);
  const second = Number(match[6] ?? 0);
  const offset = offsetOf(match[8]);
  if (days === undefined || hour > 23 || minute > 59 || second > 59 || offset === undefined) return undefined;
  const millis = Number((match[7] ?? '').slice(0, 3).padEnd(3, '0'));
  const time = days * DAY + ((hour * 60 + minute - offset) * 60 + second) * 1000 + millis;
  return time >= FIRST_TIMESTAMP && time <= LAST_TIMESTAMP ? time : undefined;
}

/** Minutes east of UTC; undefined where there is no such offset. */
function offsetOf(text: string | undefined): number | undefined {
  if (text === undefined || text === 'Z' || text === 'z') return 0;
  const hours = Number(text.slice(1, 3));
  const minutes = Number(text.slice(3).replace(':', ''));
  if (hours > 23 || minutes > 59) return undefined;
  return (text[0] === '-' ? -1 : 1) * (hours * 60 + minutes);
}

/** `2025-01-15 02:00:00.000`, in UTC. */
export function formatTimestamp(millis: number): string {
  const days = Math.floor(millis / DAY);
  const rest = millis - days * DAY;
  const hour = Math.floor(rest / 3_600_000);
  const minute = Math.floor(rest / 60_000) % 60;
  const second = Math.floor(rest / 1000) % 60;
  return `${formatDate(days)} ${pad(hour, 2)}:${pad(minute, 2)}:${pad(second, 2)}.${pad(rest % 1000, 3)}`;
}

const pad = (n: number, length: number): string => String(n).padStart(length, '0');
