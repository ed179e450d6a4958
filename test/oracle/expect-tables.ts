import { expect } from '@jest/globals';
import { type AnyTables, tableLines } from './table-lines.ts';

/** The same tables with the same rows, in whatever order. */
export function expectTables(got: AnyTables, wanted: AnyTables, when: string): void {
  expect({ when, ...tableLines(got) }).toEqual({ when, ...tableLines(wanted) });
}
