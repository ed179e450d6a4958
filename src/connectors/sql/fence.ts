// The fence: one row per job that each transaction of the job moves. Whoever finds it elsewhere than he left it has been replaced.
import { refused } from '../../errors.ts';
import type { ColumnSchema, TableSchema } from '../../plan/schema.ts';
import type { Row } from '../../values/sql-type.ts';
import { formatTimestamp, parseTimestamp } from '../../values/timestamp.ts';
import type { Claim, Commit } from '../database.ts';
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

/** The fence of a database. Each method runs inside of a transaction. */
export class Fence {
  readonly #label: string;
  readonly #table: BoundTable;

  constructor(label: string, table: BoundTable) {
    this.#label = label;
    this.#table = table;
  }

  /** Inserts the job's row at epoch 0, or takes it over where the claim says so; else refused (exit 3). */
  async claim(session: Session, { job, owner, fresh }: Claim): Promise<void> {
    const row: Row = { job, owner, epoch: 0, committed_at: Date.now(), complete_to: null };
    if ((await absentInserter(this.#table)(session, [row])) > 0) return;
    if (fresh) {
      const { set, where } = this.#words(['owner', 'epoch', 'committed_at', 'complete_to'], ['job']);
      await session.run(`UPDATE ${this.#table.name} SET ${set} WHERE ${where}`, [
        owner,
        0,
        formatTimestamp(row.committed_at as number),
        null,
        job,
      ]);
      return;
    }
    const found = await this.#read(session, job);
    // Ours at 0: this very claim, whose COMMIT seemed to fail.
    if (found?.owner === owner && found.epoch === 0) return;
    throw refused(
      `${this.#label}: job '${job}' has written here before (${describe(found)}), and this run starts without its state: --fresh goes on over the rows that are there, --fresh --clear empties the job's tables first`,
    );
  }

  /** Moves the fence from the commit's `previous` to its `epoch`. False: it was elsewhere. */
  async advance(session: Session, job: string, owner: string, commit: Commit): Promise<boolean> {
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

  /**
   * After `advance` found the fence elsewhere: returns where an earlier attempt, whose COMMIT was in doubt, has moved it; else refused (exit 3).
   */
  async explain(
    session: Session,
    job: string,
    owner: string,
    commit: Commit,
    inDoubt: boolean,
  ): Promise<void> {
    const found = await this.#read(session, job);
    if (inDoubt && found?.owner === owner && found.epoch === commit.epoch) return;
    const who =
      found === undefined
        ? 'its fence row is gone'
        : found.owner !== owner
          ? `another run has taken it over (${describe(found)})`
          : `the fence is at epoch ${found.epoch}, not ${commit.previous}: ${
              Number(found.epoch) < commit.previous
                ? 'the database has lost commits'
                : 'a copy of this run is writing'
            }`;
    throw refused(
      `${this.#label}: job '${job}' may not write here any more: ${who}; nothing of epoch ${commit.epoch} was written. End the other run, or start with --fresh`,
    );
  }

  async #read(session: Session, job: string): Promise<Row | undefined> {
    const { where } = this.#words([], ['job']);
    const [raw] = await session.rows(
      `SELECT ${selectList(this.#table)} FROM ${this.#table.name} WHERE ${where}`,
      [job],
    );
    return raw && rowReader(this.#label, this.#table, false).row(raw);
  }

  #words(set: readonly string[], where: readonly string[]): { set: string; where: string } {
    const equal = (name: string) => `${this.#table.dialect.quote(name)} = ?`;
    return { set: set.map(equal).join(', '), where: where.map(equal).join(' AND ') };
  }
}

const describe = (row: Row | undefined): string =>
  row ? `epoch ${row.epoch}, committed ${formatTimestamp(row.committed_at as number)} UTC` : 'no fence row';

/** A time that TIMESTAMP(3) can hold; before the first event there is none. */
function completeTo({ completeTo }: Commit): string | null {
  if (!Number.isSafeInteger(completeTo)) return null;
  const text = formatTimestamp(completeTo);
  return parseTimestamp(text) === completeTo ? text : null;
}
