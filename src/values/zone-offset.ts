import { wrong } from '../errors.ts';
import { DAY, daysOf } from './civil.ts';

/** A time during which a zone keeps one offset: [from, until), in epoch milliseconds. */
export interface Stretch {
  readonly from: number;
  readonly until: number;
  /** Milliseconds east of UTC. */
  readonly offset: number;
}

/** So many days are remembered (a lifetime of 55 years) before the memory starts anew. */
const REMEMBERED = 20_000;

/**
 * Offsets of a zone: for an instant, a stretch around it, within its UTC day. `Intl` is asked twice a day, never per instant.
 * Exact as long as no zone changes its offset twice within one UTC day; none ever did.
 */
export function zoneOffset(timeZone: string): (millis: number) => Stretch {
  const offsetAt = offsetReader(timeZone);
  const days = new Map<number, readonly Stretch[]>();
  return (millis) => {
    const day = Math.floor(millis / DAY);
    let stretches = days.get(day);
    if (stretches === undefined) {
      if (days.size >= REMEMBERED) days.clear();
      stretches = stretchesOf(day * DAY, offsetAt);
      days.set(day, stretches);
    }
    const [first, second] = stretches;
    return second !== undefined && millis >= second.from ? second : (first as Stretch);
  };
}

function stretchesOf(from: number, offsetAt: (millis: number) => number): readonly Stretch[] {
  const until = from + DAY;
  const before = offsetAt(from);
  const after = offsetAt(until - 1000);
  if (before === after) return [{ from, until, offset: before }];
  // Offsets change at whole seconds.
  let low = 0;
  let high = DAY / 1000 - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (offsetAt(from + middle * 1000) === before) low = middle;
    else high = middle;
  }
  const change = from + high * 1000;
  return [
    { from, until: change, offset: before },
    { from: change, until, offset: after },
  ];
}

/** Reads the offset at a whole second from the local time that `Intl` prints. */
function offsetReader(timeZone: string): (millis: number) => number {
  const format = localFormat(timeZone);
  return (millis) => {
    const local = new Map(format.formatToParts(millis).map(({ type, value }) => [type, value]));
    const field = (name: Intl.DateTimeFormatPartTypes): number => Number(local.get(name));
    const year = local.get('era')?.startsWith('B') ? 1 - field('year') : field('year');
    const days = daysOf(year, field('month'), field('day'));
    return days * DAY + ((field('hour') * 60 + field('minute')) * 60 + field('second')) * 1000 - millis;
  };
}

function localFormat(timeZone: string): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat('en-US', {
      timeZone,
      calendar: 'gregory',
      numberingSystem: 'latn',
      hourCycle: 'h23',
      era: 'short',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  } catch (error) {
    throw wrong(`unknown time zone '${timeZone}': give an IANA name, such as 'Asia/Shanghai'`, error);
  }
}
