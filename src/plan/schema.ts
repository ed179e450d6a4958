// Sources and tables as the plan sees them: plain, frozen data that the catalog makes.
import type { SqlType } from '../values/sql-type.ts';

/** A column of a row: what every relation of a plan is made of. */
export interface Column {
  readonly name: string;
  readonly type: SqlType;
  readonly nullable: boolean;
}

/** A column as the catalog declares it. */
export interface ColumnSchema extends Column {
  /** VARCHAR(n): at most so many characters (code points); null where the catalog names none. */
  readonly length: number | null;
  /** TIMESTAMP(3) of a source: how its records write a time. Text is ISO 8601 or SQL, UTC where it names no offset. */
  readonly from: 'text' | 'millis' | 'seconds';
}

/** Rows that arrive from outside: append-only, or changes of a table's rows. */
export interface SourceSchema {
  readonly kind: 'source';
  readonly name: string;
  readonly columns: readonly ColumnSchema[];
  /** Of a keyed source: each row that arrives is its key's row from now on, or says that the key's row is gone. Absent: append-only. */
  readonly primaryKey?: readonly string[];
  /** Connector settings of the catalog (topic, …): for connectors alone. */
  readonly options: Readonly<Record<string, unknown>>;
}

/** A table that jobs write and look up. */
export interface TableSchema {
  readonly kind: 'table';
  /** Its name in the catalog. */
  readonly name: string;
  /** Its name in the database. */
  readonly tableName: string;
  readonly columns: readonly ColumnSchema[];
  readonly primaryKey: readonly string[];
  readonly options: Readonly<Record<string, unknown>>;
}

/** Length limit of key columns that name none: characters (code points), the same for all databases. */
export const KEY_LENGTH = 255;
