// The fence: one row per job that each transaction of the job moves. Whoever finds it elsewhere than he left it has been replaced.
import type { ColumnSchema, TableSchema } from '../../plan/schema.ts';
import type { Row } from '../../values/sql-type.ts';
import { formatTimestamp, parseTimestamp } from '../../values/timestamp.ts';
import type { Claim, Commit } from '../database.ts';
import { claimedEpoch, type FenceRow, mayInsert, missedFence } from '../fence-rules.ts';
import type { BoundTable } from './bound-table.ts';
import { rowReader, selectList } from './read-row.ts';
import type { Session } from './session.ts';
import { absentInserter } from './upsert.ts';

const column = (name: string, type: ColumnSchema['type'], nullable = false): ColumnSchema => ({
  name,
  type,
  nullable,
  length: null,
  from: 'text',
});

/** The fence's table: `complete_to` tells readers how far the job's tables are complete. */
export const FENCE: TableSchema = {
  kind: 'table',
  name: 'millrace_fence',
  tableName: 'millrace_fence',
  columns: [
    column('job', 'VARCHAR'),
    column('owner', 'VARCHAR'),
    column('epoch', 'BIGINT'),
    column('committed_at', 'TIMESTAMP(3)'),
    column('complete_to', 'TIMESTAMP(3)', true),
  ],
  primaryKey: ['job'],
  options: {},
};

/** The fence of a database. */
export class Fence {
  readonly #label: string;
  readonly #table: BoundTable;

  constructor(label: string, table: BoundTable) {
    this.#label = label;
    this.#table = table;
  }

  /** In a transaction: inserts the job's row, adopts it or takes it over, as the claim says, and answers its epoch; else refused (exit 3). */
  async claim(session: Session, claim: Claim): Promise<number> {
    const { job, owner, epoch } = claim;
    const row: Row = { job, owner, epoch, committed_at: Date.now(), complete_to: null };
    if (mayInsert(claim) && (await absentInserter(this.#table)(session, [row])) > 0) return epoch;
    await this.#lock(session, job);
    const found = await this.#read(session, job);
    const stands = claimedEpoch(this.#label, claim, found);
    if (found?.owner === owner && found.epoch === stands) return stands;
    const { set, where } = this.#words(['owner', 'epoch', 'committed_at', 'complete_to'], ['job']);
    await session.run(`UPDATE ${this.#table.name} SET ${set} WHERE ${where}`, [
      owner,
      stands,
      formatTimestamp(row.committed_at as number),
      null,
      job,
    ]);
    return stands;
  }

  /** The epoch at which the claim's row stands; undefined where it is gone, or another's. */
  async epoch(session: Session, { job, owner }: Claim): Promise<number | undefined> {
    const found = await this.#read(session, job);
    return found?.owner === owner ? found.epoch : undefined;
  }

  /** In a transaction: moves the fence from the commit's `previous` to its `epoch`. False: it was elsewhere. */
  async advance(session: Session, { job, owner }: Claim, commit: Commit): Promise<boolean> {
    const { set, where } = this.#words(['epoch', 'committed_at', 'complete_to'], ['job', 'owner', 'epoch']);
    const moved = await session.count(`UPDATE ${this.#table.name} SET ${set} WHERE ${where}`, [
      commit.epoch,
      formatTimestamp(Date.now()),
      completeTo(commit),
      job,
      owner,
      commit.previous,
    ]);
    return moved > 0;
  }

  /** In the same transaction, after `advance` found the fence elsewhere: `missedFence`. */
  async missed(session: Session, claim: Claim, commit: Commit, inDoubt: boolean): Promise<'in' | number> {
    return missedFence(this.#label, claim, commit, await this.#read(session, claim.job), inDoubt);
  }

  /** Nobody moves the row until the transaction ends; what is read after it is the latest. */
  async #lock(session: Session, job: string): Promise<void> {
    const { where } = this.#words([], ['job']);
    const owner = this.#table.dialect.quote('owner');
    await session.run(`UPDATE ${this.#table.name} SET ${owner} = ${owner} WHERE ${where}`, [job]);
  }

  async #read(session: Session, job: string): Promise<FenceRow | undefined> {
    const { where } = this.#words([], ['job']);
    const [raw] = await session.rows(
      `SELECT ${selectList(this.#table)} FROM ${this.#table.name} WHERE ${where}`,
      [job],
    );
    if (raw === undefined) return undefined;
    const row = rowReader(this.#label, this.#table, false).row(raw);
    return {
      owner: row.owner as string,
      epoch: row.epoch as number,
      committedAt: row.committed_at as number,
    };
  }

  #words(set: readonly string[], where: readonly string[]): { set: string; where: string } {
    const equal = (name: string) => `${this.#table.dialect.quote(name)} = ?`;
    return { set: set.map(equal).join(', '), where: where.map(equal).join(' AND ') };
  }
}

/** A time that TIMESTAMP(3) can hold; before the first event there is none. */
function completeTo({ completeTo }: Commit): string | null {
  if (!Number.isSafeInteger(completeTo)) return null;
  const text = formatTimestamp(completeTo);
  return parseTimestamp(text) === completeTo ? text : null;
}
