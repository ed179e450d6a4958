import { expect } from '@jest/globals';

type Tables = Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>;

/** A table's rows as sorted lines: a table has no order, and -0 is 0. */
const lines = (rows: Tables[string]): readonly string[] =>
  rows
    .map((row) =>
      JSON.stringify(
        Object.fromEntries(Object.entries(row).sort(([a], [b]) => (a < b ? -1 : 1))),
        (_, value) => (typeof value === 'bigint' ? `${value}n` : value),
      ),
    )
    .sort();

/** The same tables with the same rows, in whatever order. */
export function expectTables(got: Tables, wanted: Tables, when: string): void {
  const shown = (tables: Tables) => ({
    when,
    ...Object.fromEntries(Object.entries(tables).map(([name, rows]) => [name, lines(rows)])),
  });
  expect(shown(got)).toEqual(shown(wanted));
}
