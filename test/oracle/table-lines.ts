type Rows = readonly Readonly<Record<string, unknown>>[];

/** Rows by table. */
export type AnyTables = Readonly<Record<string, Rows>>;

/** Tables as sorted lines: a table has no order, and -0 is 0. Equal exactly where the tables are. */
export function tableLines(tables: AnyTables): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(
    Object.entries(tables)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, rows]) => [name, rows.map(line).sort()]),
  );
}

const line = (row: Rows[number]): string =>
  JSON.stringify(Object.fromEntries(Object.entries(row).sort(([a], [b]) => (a < b ? -1 : 1))), (_, value) =>
    typeof value === 'bigint' ? `${value}n` : value,
  );
