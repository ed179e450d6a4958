import { refused, wrong } from '../../errors.ts';
import type { TableUse } from '../database.ts';
import type { Asked } from './asked.ts';
import type { BoundTable } from './bound-table.ts';
import { driftOf, unfit } from './drift.ts';
import { OtsFault } from './ots-fault.ts';
import type { OtsPort, OtsTable } from './ots-port.ts';

/** What tables are made ready with. */
export interface PrepareParts {
  readonly label: string;
  readonly port: OtsPort;
  readonly log: (line: string) => void;
  readonly asked: Asked;
}

/** A use of a table, with the table. */
export type BoundUse = TableUse & { readonly bound: BoundTable };

/**
 * Creates the tables that are missing, once every table that is there fits; refused (exit 2) with each difference of each table, and (exit 3) where one
 * that is expected is missing.
 * @returns what can make rows vanish, a line each
 */
export async function prepareTables(
  parts: PrepareParts,
  uses: readonly BoundUse[],
): Promise<readonly string[]> {
  const { label, port, asked } = parts;
  const impossible = uses.flatMap((use) => named(use, unfit(use.bound, use)));
  if (impossible.length > 0) throw misfit(label, impossible);
  const missing: BoundUse[] = [];
  const found: (readonly [BoundUse, OtsTable])[] = [];
  for (const use of uses) {
    const table = await asked(() => port.describe(use.bound.name));
    if (table) found.push([use, table]);
    else missing.push(use);
  }
  const differences = found.flatMap(([use, table]) => named(use, driftOf(use.bound, use, table)));
  if (differences.length > 0) throw misfit(label, differences);
  const lost = missing.filter(({ expected }) => expected).map(called);
  if (lost.length > 0)
    throw refused(
      `${label}: the job has written ${lost.join(', ')}, which is not there: its rows were lost, or this is another instance. Name the instance that the job has written to, write anew with --rebuild what can be made again, or start anew with --fresh`,
    );
  for (const use of missing) await create(parts, use);
  return found
    .filter(([{ writes }, { timeToLive }]) => writes && timeToLive > 0)
    .map(
      ([use, { timeToLive }]) =>
        `${label}: table ${called(use)} keeps values for ${timeToLive} s (timeToLive): rows that the job has written vanish after that`,
    );
}

async function create({ label, port, log, asked }: PrepareParts, use: BoundUse): Promise<void> {
  const { name, key } = use.bound;
  try {
    await asked(() => port.create(name, key));
    log(
      `${label}: created table ${name}: no reserved throughput, one version of each value, kept without end`,
    );
  } catch (error) {
    // Another run creates it too, or an earlier try did.
    if (!(error instanceof OtsFault && error.kind === 'table exists')) throw error;
    const found = await asked(() => port.describe(name));
    const differences = found ? named(use, driftOf(use.bound, use, found)) : [];
    if (differences.length > 0) throw misfit(label, differences);
  }
}

const called = ({ table, bound }: BoundUse): string =>
  table.name === bound.name ? table.name : `${table.name} (${bound.name})`;
const named = (use: BoundUse, differences: readonly string[]): string[] =>
  differences.map((difference) => `table ${called(use)}: ${difference}`);
const misfit = (label: string, differences: readonly string[]) =>
  wrong(
    `${label} does not fit the catalog; change the one or the other, nothing was written:\n${differences
      .map((line) => `  ${line}`)
      .join('\n')}`,
  );
