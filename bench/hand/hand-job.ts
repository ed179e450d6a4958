import type { Row } from '../../src/values/sql-type.ts';

/** A job as a loop written by hand: events in, native Maps, nothing checked. */
export interface HandJob<E> {
  /** Takes an event. @returns the table row that it wrote, for a sink to write too; undefined: none, or see `all` */
  add(event: E): Row | undefined;
  /** The tables as they are now, by catalog name. */
  tables(): Readonly<Record<string, Iterable<Row>>>;
  /** What an epoch may have changed: the rows that `add` returned, or the whole of a table that stays small. */
  readonly changed: 'returned' | 'all';
}
