import { expect, test } from '@jest/globals';
import { TableView } from '../../src/cli/table-view.ts';
import type { RowKind } from '../../src/runtime/change.ts';
import { DAY_TOTAL } from './day-total.ts';

const changes = (...list: [RowKind, string, number | null][]) => ({
  epoch: 1,
  table: 'day_total',
  changes: list.map(([kind, day, total]) => ({ kind, row: { day, total, n: 1 } })),
});

test('shows the rows by key, numbers right, NULL as such', () => {
  const view = new TableView(DAY_TOTAL);
  view.apply(changes(['+I', 'tue', 0.1 + 0.2], ['+I', 'mon', null], ['+I', 'wed', 1]));
  view.apply(changes(['-U', 'tue', 0.1 + 0.2], ['+U', 'tue', 1234.5], ['-D', 'wed', 1]));
  expect(view.lines(80, 20)).toEqual([
    'day_total (day_totals): 2 rows',
    'day   total  n',
    '───  ──────  ─',
    'mon    NULL  1',
    'tue  1234.5  1',
  ]);
});

test('a sum is shown without the noise of its last bits', () => {
  const view = new TableView(DAY_TOTAL);
  view.apply(changes(['+U', 'mon', 0.1 + 0.2]));
  expect(view.lines(80, 20).at(-1)).toBe('mon    0.3  1');
});

test('where they do not all fit, the rows that changed last', () => {
  const view = new TableView(DAY_TOTAL);
  view.apply(changes(['+I', 'a', 1], ['+I', 'b', 1], ['+I', 'c', 1], ['+I', 'd', 1]));
  view.apply(changes(['+U', 'a', 2]));
  expect(view.lines(80, 5)).toEqual([
    'day_total (day_totals): 4 rows, the last 2 that changed',
    'day  total  n',
    '───  ─────  ─',
    'a        2  1',
    'd        1  1',
  ]);
});

test('remembers a bounded number of rows, and says so', () => {
  const view = new TableView(DAY_TOTAL);
  for (let i = 0; i < 5000; i++) view.apply(changes(['+I', String(i), i]));
  const lines = view.lines(80, 6);
  expect(lines[0]).toBe('day_total (day_totals): more than 2,000 rows, the last 3 that changed');
  expect(lines.slice(3)).toEqual(['4997   4997  1', '4998   4998  1', '4999   4999  1']);
});
