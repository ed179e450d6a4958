import { RowError } from '../errors.ts';
import { civilOf, DAY } from './civil.ts';
import { FIRST_TIMESTAMP, LAST_TIMESTAMP } from './timestamp.ts';
import { type Stretch, zoneOffset } from './zone-offset.ts';

/**
 * Local times of one zone, of epoch milliseconds. All follow the zone's history: DST, offsets of minutes and seconds,
 * days without midnight. A time outside the local years 1 to 9999: `RowError`.
 */
export interface Calendar {
  /** `yyyyMMddHH` */
  hourOf(millis: number): string;
  /** `yyyyMMdd` */
  dayOf(millis: number): string;
  /** `yyyyMM` */
  monthOf(millis: number): string;
  /** `yyyyMMddHHmm` */
  minuteOf(millis: number): string;
  /** The first instant with the same `dayOf`: 01:00 where there is no midnight. */
  startOfDay(millis: number): number;
  /** The first instant with the same `hourOf`; of an hour that the clock passes twice, in its first pass. */
  startOfHour(millis: number): number;
}

const HOUR = 3_600_000;
/** No zone was ever further from UTC. */
const FURTHEST = 16 * HOUR;

/** A time within one UTC hour, one local hour and one offset. */
interface Segment {
  readonly from: number;
  readonly until: number;
  readonly offset: number;
  /** Local milliseconds at which its local hour begins. */
  readonly localHour: number;
  readonly hour: string;
  readonly day: string;
  readonly month: string;
}
interface Bucket {
  readonly utcHour: number;
  readonly segments: readonly Segment[];
}

/** Buckets of a calendar, one per UTC hour; hours that are so many apart share a place. */
const BUCKETS = 4096;
const MINUTES = Array.from({ length: 60 }, (_, i) => String(i).padStart(2, '0'));

const calendars = new Map<string, Calendar>();

/** The calendar of an IANA zone, one per zone and process. An unknown zone: exit 2. */
export function calendar(timeZone: string): Calendar {
  let found = calendars.get(timeZone);
  if (!found) {
    found = makeCalendar(zoneOffset(timeZone));
    calendars.set(timeZone, found);
  }
  return found;
}

function makeCalendar(stretchAt: (millis: number) => Stretch): Calendar {
  const buckets: (Bucket | undefined)[] = new Array(BUCKETS).fill(undefined);
  let hit: Segment = { from: 0, until: 0, offset: 0, localHour: 0, hour: '', day: '', month: '' };

  function find(millis: number): Segment {
    if (millis >= hit.from && millis < hit.until) return hit;
    const utcHour = Math.floor(millis / HOUR);
    let bucket = buckets[utcHour & (BUCKETS - 1)];
    if (bucket?.utcHour !== utcHour) {
      bucket = { utcHour, segments: segmentsOf(utcHour * HOUR, stretchAt) };
      buckets[utcHour & (BUCKETS - 1)] = bucket;
    }
    const segment = segmentAt(bucket.segments, millis);
    if (!segment) throw new RowError(`out of range: time ${millis} is outside the years 1 to 9999`);
    hit = segment;
    return segment;
  }

  /** The first instant whose local time is in [local, local + length). There is one. */
  function firstOf(local: number, length: number): number {
    for (let at = local - FURTHEST; ; ) {
      const { from, until, offset } = stretchAt(at);
      const start = Math.max(from, local - offset);
      if (start < Math.min(until, local + length - offset)) return start;
      at = until;
    }
  }

  return {
    hourOf: (millis) => find(millis).hour,
    dayOf: (millis) => find(millis).day,
    monthOf: (millis) => find(millis).month,
    minuteOf(millis) {
      const { hour, localHour, offset } = find(millis);
      return hour + MINUTES[Math.floor((millis + offset - localHour) / 60_000)];
    },
    startOfDay: (millis) => firstOf(Math.floor(find(millis).localHour / DAY) * DAY, DAY),
    startOfHour: (millis) => firstOf(find(millis).localHour, HOUR),
  };
}

function segmentAt(segments: readonly Segment[], millis: number): Segment | undefined {
  for (const segment of segments) if (millis >= segment.from && millis < segment.until) return segment;
  return undefined;
}

/** The segments of the UTC hour from here; those outside the years 1 to 9999 left out. */
function segmentsOf(start: number, stretchAt: (millis: number) => Stretch): readonly Segment[] {
  const segments: Segment[] = [];
  if (!(start >= FIRST_TIMESTAMP - DAY && start <= LAST_TIMESTAMP + DAY)) return segments;
  const end = start + HOUR;
  for (let from = start; from < end; ) {
    const { until: change, offset } = stretchAt(from);
    const localHour = Math.floor((from + offset) / HOUR) * HOUR;
    const until = Math.min(end, change, localHour + HOUR - offset);
    if (localHour >= FIRST_TIMESTAMP && localHour <= LAST_TIMESTAMP)
      segments.push({ from, until, offset, localHour, ...textsOf(localHour) });
    from = until;
  }
  return segments;
}

function textsOf(localHour: number): { hour: string; day: string; month: string } {
  const days = Math.floor(localHour / DAY);
  const { year, month, day } = civilOf(days);
  const monthText = String(year).padStart(4, '0') + MINUTES[month];
  const dayText = monthText + MINUTES[day];
  return { hour: dayText + MINUTES[(localHour - days * DAY) / HOUR], day: dayText, month: monthText };
}
