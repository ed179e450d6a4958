// What the processes write that are killed.

import { bigint, catalog, job, source, table, varchar } from '../../../src/dsl/index.ts';
import { tablesOf } from '../../../src/plan/derive/tables.ts';
import type { TableSchema } from '../../../src/plan/schema.ts';
import type { Row } from '../../../src/values/sql-type.ts';

/** The epochs after which a process ends. */
export const LAST_EPOCH = 60;
/** Rows of an epoch: more than one request. */
const ROWS = 40;

const columns = () => ({ k: bigint(), epoch: bigint(), note: varchar() });
const rows = source(columns());
const written = table(columns(), { primaryKey: 'k' });
const { stream } = catalog({ rows, upserted: written, appended: written }, { timeZone: 'UTC' });
const schemaOf = (name: 'upserted' | 'appended'): TableSchema =>
  tablesOf(job(name, stream('rows').keyBy('k').lastValue().into(name)).plan)[0]?.table as TableSchema;

/** A table that each epoch writes over. */
export const upserted = schemaOf('upserted');
/** A table that each epoch appends to. */
export const appended = schemaOf('appended');

/** How they are written. */
export const OPTIONS = {
  tables: { appended: { mode: 'append' } },
  partitions: 3,
  transactionTimeoutMs: 3000,
} as const;

/** The rows of an epoch. */
export const rowsOf = (epoch: number): Row[] =>
  Array.from({ length: ROWS }, (_, k) => ({ k, epoch, note: 'x'.repeat(500) }));
