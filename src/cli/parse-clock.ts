import { wrong } from '../errors.ts';
import { parseTimestamp } from '../values/timestamp.ts';

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)$/;

/** `--clock`: an instant in ISO 8601, with `Z` or an offset, and a date that exists, as epoch milliseconds. Else exit 2. */
export function parseClock(text: string): number {
  const millis = INSTANT.test(text) ? parseTimestamp(text) : undefined;
  if (millis !== undefined) return millis;
  throw wrong(
    `--clock wants an instant that exists, with Z or an offset, like 2025-01-15T10:00:00+08:00, not '${text}'`,
  );
}
