import { randomUUID } from 'node:crypto';
import type { Claim, Database, TableUse } from '../connectors/database.ts';
import { tablesOf } from '../plan/derive/tables.ts';
import type { JobPlan } from '../plan/node.ts';
import type { TableSchema } from '../plan/schema.ts';
import type { CheckpointLog } from '../state/checkpoint/checkpoint-log.ts';
import { Committer, type CommitterParts } from './committer.ts';
import type { StartOptions } from './start.ts';

/** Each database of a plan's tables, once, with how the plan uses its tables. */
function usesByDatabase(
  plan: JobPlan,
  databases: StartOptions['databases'],
): ReadonlyMap<Database, readonly TableUse[]> {
  const uses = new Map<Database, TableUse[]>();
  for (const use of tablesOf(plan)) {
    const database = databases[use.table.name] as Database;
    uses.set(database, [...(uses.get(database) ?? []), use]);
  }
  return uses;
}

/**
 * Makes the tables ready; tells what the databases warn of.
 * @param expected tables that the job has written: where one is missing, its rows are lost
 */
export async function prepareTables(
  plan: JobPlan,
  { databases, log }: StartOptions,
  expected: ReadonlySet<TableSchema>,
): Promise<void> {
  for (const [database, uses] of usesByDatabase(plan, databases)) {
    const known = uses.map((use) => ({ ...use, expected: expected.has(use.table) }));
    for (const warning of await database.prepare(known)) log?.(warning);
  }
}

/** For whom tables are claimed. */
export interface Claimant {
  readonly plan: JobPlan;
  readonly options: StartOptions;
  readonly log: CheckpointLog | undefined;
  /** The last epoch of the state. */
  readonly epoch: number;
  /** Tables that are written anew, or for the first time. */
  readonly anew: ReadonlySet<TableSchema>;
}

/** Claims the tables that a plan writes. @returns what commits to them from where they stand */
export async function claimTables(
  { plan, options, log, epoch, anew }: Claimant,
  listeners: Pick<CommitterParts, 'signal' | 'onOvertaken'>,
): Promise<Committer> {
  const { databases, fresh = false, clear = false, rebase = false } = options;
  const committer = new Committer({
    outputs: plan.outputs.map(({ table }) => ({ table, database: databases[table.name] as Database })),
    log,
    ...listeners,
    onRegained: ({ label }, after) =>
      options.log?.(`${label}: it lost what was committed after epoch ${after}: written again`),
  });
  const owner = log?.owner ?? randomUUID();
  for (const [database, uses] of usesByDatabase(plan, databases)) {
    const tables = uses.filter(({ writes }) => writes).map(({ table }) => table);
    if (tables.length === 0) continue;
    const whole = tables.every((table) => anew.has(table));
    const mode: Claim['mode'] = fresh ? 'fresh' : rebase ? 'rebase' : whole ? 'rebuild' : 'continue';
    const claim = { job: plan.name, owner, epoch, mode, clear: clear ? tables : [] };
    committer.stand(database, await database.claim(claim));
  }
  return committer;
}
