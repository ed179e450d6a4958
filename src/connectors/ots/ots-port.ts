// What Millrace asks of a Tablestore driver.
//
// The driver is tablestore 5.6.5, pinned: its PlainBuffer rows, its signature, its messages. What is not left to it:
// - Trying again. It tells errors apart by codes that it does not decode, so that it waits for none of those that pass.
// - Connections. With https it opens one for each request unless it is given an agent, and waits for ever where one breaks inside an answer.
// - Requests that write. It cannot write a column named `timestamp`.
// What is used of it is declared in `driver/tablestore-parts.d.ts`.
import type { OtsFault } from './ots-fault.ts';

/** A value as Tablestore holds it. INTEGER: `bigint`; DOUBLE: `number`; STRING: `string`; BOOLEAN: `boolean`; BINARY: bytes. */
export type OtsValue = bigint | number | string | boolean | Uint8Array;

/** A column that a row has. */
export type OtsCell = readonly [name: string, value: OtsValue];

/** The primary key columns of a row, in their order. */
export type OtsKey = readonly OtsCell[];

/** A row as it was read: of each column the latest version. */
export interface OtsRow {
  readonly key: OtsKey;
  readonly cells: ReadonlyMap<string, OtsValue>;
}

/** What a row has to be for a write to be made. */
export interface OtsCondition {
  readonly exists: boolean;
  /** Columns with these values. */
  readonly equal: readonly OtsCell[];
  /** Columns that it must not have, each with a value of the type that it would have. */
  readonly absent: readonly OtsCell[];
}

/** A write of one row. `put`: the row is these cells alone. `update`: it gets `cells`, loses `gone`, and keeps its other columns. */
export type OtsWrite = { readonly key: OtsKey; readonly condition?: OtsCondition } & (
  | { readonly kind: 'put'; readonly cells: readonly OtsCell[] }
  | { readonly kind: 'update'; readonly cells: readonly OtsCell[]; readonly gone: readonly string[] }
  | { readonly kind: 'delete' }
);

/** Type of a primary key column. */
export type OtsKeyType = 'INTEGER' | 'STRING' | 'BINARY';

/** Type of an attribute column that a table declares: it need not. */
export type OtsColumnType = 'INTEGER' | 'DOUBLE' | 'BOOLEAN' | 'STRING' | 'BINARY';

/** A table as Tablestore knows it. */
export interface OtsTable {
  readonly key: readonly {
    readonly name: string;
    readonly type: OtsKeyType;
    /** Tablestore makes its values. */
    readonly increments?: boolean;
  }[];
  readonly declared: readonly { readonly name: string; readonly type: OtsColumnType }[];
  /** Seconds after which values vanish; -1: never. */
  readonly timeToLive: number;
  readonly allowsUpdate: boolean;
}

/** An instance of Tablestore. Its calls throw `OtsFault`; none of them tries again. */
export interface OtsPort {
  /** Undefined: there is no such table. */
  describe(table: string): Promise<OtsTable | undefined>;
  /** Creates a table without reserved throughput, whose values stay, one version of each. */
  create(table: string, key: OtsTable['key']): Promise<void>;
  /** Up to `MOST_READ` rows, by place; null: there is none; a fault: this one could not be read. */
  read(table: string, keys: readonly OtsKey[]): Promise<readonly (OtsRow | null | OtsFault)[]>;
  /** Up to `MOST_WRITTEN` rows, no two alike, each for itself; a fault: this one was not written. */
  write(table: string, writes: readonly OtsWrite[]): Promise<readonly (OtsFault | undefined)[]>;
  /** Rows in primary key order from a key on (absent: the first), at most `limit`, and where to go on; `next` undefined: that was all. */
  range(
    table: string,
    from: OtsKey | undefined,
    key: OtsTable['key'],
    limit: number,
  ): Promise<{ readonly rows: readonly OtsRow[]; readonly next: OtsKey | undefined }>;
  /** Closes the connections; what is under way throws. Idempotent. */
  close(): void;
}

/** Rows that one request can read. */
export const MOST_READ = 100;
/** Rows that one request can write, and their bytes. */
export const MOST_WRITTEN = 200;
export const MOST_BYTES = 4_000_000;
