import { refused, wrong } from '../../errors.ts';
import type { TableUse } from '../database.ts';
import { createTable, refusedNames } from './ddl.ts';
import type { Dialect } from './dialect.ts';
import { driftOf } from './drift.ts';
import { faultOf } from './fault.ts';
import type { Session } from './session.ts';

/**
 * Creates the tables that are missing, once every table that is there fits; refused (exit 2) with each difference of each table, and (exit 3) where one
 * that is expected is missing.
 */
export async function prepareTables(
  label: string,
  dialect: Dialect,
  session: Session,
  uses: readonly TableUse[],
): Promise<void> {
  const names = uses.flatMap((use) => named(use, refusedNames(dialect, use.table)));
  if (names.length > 0) throw misfit(label, names);
  const missing: TableUse[] = [];
  const differences: string[] = [];
  for (const use of uses) {
    const found = await dialect.describe(session, use.table.tableName);
    if (found) differences.push(...named(use, driftOf(dialect, use, found)));
    else missing.push(use);
  }
  if (differences.length > 0) throw misfit(label, differences);
  const lost = missing
    .filter(({ expected }) => expected)
    .map(({ table }) => called(table.name, table.tableName));
  if (lost.length > 0)
    throw refused(
      `${label}: the job has written ${lost.join(', ')}, which is not there: its rows were lost, or this is another database. Name the database that the job has written to, write anew with --rebuild what can be made again, or start anew with --fresh`,
    );
  for (const use of missing) await create(label, dialect, session, use);
}

async function create(label: string, dialect: Dialect, session: Session, use: TableUse): Promise<void> {
  const { name, tableName } = use.table;
  try {
    await session.run(createTable(dialect, use.table));
  } catch (error) {
    const { kind, reason } = faultOf(error);
    if (kind === 'away' || kind === 'conflict') throw error;
    // PostgreSQL fails where another run creates the same table at this moment.
    if (!(await dialect.describe(session, tableName)))
      throw wrong(`${label}: cannot create table ${called(name, tableName)}: ${reason}`, error);
  }
  // Another run may have been faster, and with another catalog.
  const found = await dialect.describe(session, tableName);
  const differences = found ? named(use, driftOf(dialect, use, found)) : [];
  if (differences.length > 0) throw misfit(label, differences);
}

const called = (name: string, tableName: string): string =>
  name === tableName ? name : `${name} (${tableName})`;
const named = ({ table }: TableUse, differences: readonly string[]): string[] =>
  differences.map((difference) => `table ${called(table.name, table.tableName)}: ${difference}`);
const misfit = (label: string, differences: readonly string[]) =>
  wrong(
    `${label} does not fit the catalog; change the one or the other, nothing was written:\n${differences
      .map((line) => `  ${line}`)
      .join('\n')}`,
  );
