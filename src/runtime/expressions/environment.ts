import type { Calendar } from '../../values/calendar.ts';

/** The clock of the epoch that is being computed, in epoch milliseconds. The runtime sets it once per epoch, before any row is evaluated. */
export interface EpochClock {
  now: number;
  /** `calendar.startOfDay(now)` */
  startOfToday: number;
  /** `calendar.startOfHour(now)` */
  startOfHour: number;
}

/** What expressions read besides their row. */
export interface Environment {
  readonly clock: EpochClock;
  /** Of the catalog's zone. */
  readonly calendar: Calendar;
}
