import type { Row } from '../../values/sql-type.ts';
import type { Fault } from '../format/fault.ts';

/** What a message says of one key of a keyed source. */
export interface Change {
  /** The key's row is gone: columns besides the key are NULL. Else `row` is the key's row from now on. */
  readonly deleted: boolean;
  readonly row: Row;
}

/** Reads the changes of a message, in order; none: it says nothing of the rows. Why it cannot be read. */
export type ChangeReader = (value: Uint8Array | null, key: Uint8Array | null) => readonly Change[] | Fault;

/** A keyed source whose changes are read. */
export interface ChangeSpec {
  /** The columns that rows carry, in schema order. */
  readonly keep: readonly string[];
  readonly primaryKey: readonly string[];
  /** The table whose changes are read, where messages are of several: `db.table`, as the producer names it. Messages of others say nothing. */
  readonly table?: string | undefined;
}
