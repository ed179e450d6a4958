/** What a column of a database can hold, whatever its name there. */
export type StoredFamily =
  | 'integer'
  | 'double'
  | 'float'
  | 'decimal'
  | 'text'
  | 'boolean'
  | 'timestamp'
  | 'date'
  | 'other';

export interface ColumnDescription {
  readonly name: string;
  /** The type in the database's own words. */
  readonly type: string;
  readonly families: readonly StoredFamily[];
  /** Digits of a decimal; undefined: without limit. */
  readonly precision: number | undefined;
  /** Digits after the point of a decimal or of a timestamp's second; undefined: without limit. */
  readonly scale: number | undefined;
  readonly nullable: boolean;
  /** Does an INSERT that leaves it out fill it? */
  readonly filled: boolean;
  /** Of a text column: why two different texts may be equal in it; undefined: they never are. */
  readonly merges: string | undefined;
}

/** A table as a database holds it. */
export interface TableDescription {
  readonly columns: readonly ColumnDescription[];
  readonly primaryKey: readonly string[];
  /** Why no job may write it, whatever its columns. */
  readonly unwritable: readonly string[];
}

/** Finds a column by name. Only PostgreSQL tells upper from lower case. */
export function columnOf(
  description: TableDescription,
  name: string,
  exactCase: boolean,
): ColumnDescription | undefined {
  const exact = description.columns.find((column) => column.name === name);
  if (exact || exactCase) return exact;
  return description.columns.find((column) => column.name.toLowerCase() === name.toLowerCase());
}
