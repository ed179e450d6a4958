import type { ColumnSchema, TableSchema } from '../../src/plan/schema.ts';

const column = (name: string, type: ColumnSchema['type']): ColumnSchema => ({
  name,
  type,
  nullable: name !== 'day',
  length: null,
  from: 'text',
});

/** The table of the job `daily`, to look into its database. */
export const DAY_TOTAL: TableSchema = {
  kind: 'table',
  name: 'day_total',
  tableName: 'day_totals',
  columns: [column('day', 'VARCHAR'), column('total', 'DOUBLE'), column('n', 'BIGINT')],
  primaryKey: ['day'],
  options: {},
};
