// The fence: one row per job. Whoever finds it elsewhere than he left it has been replaced. Each write of it has the condition that it is as it was read:
// of two that meet, one is made.
import { refused } from '../../errors.ts';
import type { TableSchema } from '../../plan/schema.ts';
import type { Row } from '../../values/sql-type.ts';
import { FIRST_TIMESTAMP, LAST_TIMESTAMP } from '../../values/timestamp.ts';
import type { Claim, Commit } from '../database.ts';
import { claimedEpoch, type FenceRow, mayInsert } from '../fence-rules.ts';
import type { Asked } from './asked.ts';
import { type BoundTable, bindTable } from './bound-table.ts';
import { OtsFault } from './ots-fault.ts';
import type { OtsCell, OtsPort } from './ots-port.ts';

const column = (name: string, type: TableSchema['columns'][number]['type'], nullable = false) =>
  ({ name, type, nullable, length: null, from: 'text' }) as const;

/** The fences of an instance. */
export class Fence {
  readonly bound: BoundTable;
  readonly #label: string;
  readonly #port: OtsPort;

  constructor(label: string, port: OtsPort, table: string) {
    this.#label = label;
    this.#port = port;
    this.bound = bindTable(label, schemaOf(table), table);
  }

  /** The job's row; undefined: there is none. */
  async read(job: string, asked: Asked): Promise<FenceRow | undefined> {
    return asked(() => this.#now(job));
  }

  /** Inserts the job's row, adopts it or takes it over, as the claim says, and answers its epoch; else refused (exit 3). */
  async claim(claim: Claim, asked: Asked): Promise<number> {
    for (;;) {
      const { job, owner } = claim;
      const found = await this.read(job, asked);
      const stands = this.allows(claim, found);
      if (found?.owner === owner && found.epoch === stands) return stands;
      // Where another was faster, and where an earlier try has done it, the row says so.
      const [fault] = await asked(() => this.#write(job, found, { owner, epoch: stands }));
      if (fault === undefined) return stands;
      if (fault.kind !== 'condition') throw fault;
    }
  }

  /** The epoch at which the fence would stand for a claim; else refused (exit 3). */
  allows(claim: Claim, found: FenceRow | undefined): number {
    return found === undefined && mayInsert(claim) ? claim.epoch : claimedEpoch(this.#label, claim, found);
  }

  /**
   * Moves the fence from the commit's `previous` to its `epoch`, once its rows are written. A number: it stands below, at this epoch.
   * Exit 3 where it is not the claim's any more.
   */
  async advance({ job, owner }: Claim, commit: Commit, asked: Asked): Promise<number | undefined> {
    const { epoch, previous, completeTo } = commit;
    // A try that was not answered may have been made.
    let inDoubt = false;
    const [fault] = await asked(async () => {
      const before = inDoubt;
      inDoubt = true;
      const done = await this.#write(job, { owner, epoch: previous }, { owner, epoch, completeTo });
      inDoubt = before;
      return done;
    });
    if (fault === undefined) return undefined;
    if (fault.kind !== 'condition') throw fault;
    const found = await this.read(job, asked);
    if (found?.owner === owner) {
      if (inDoubt && found.epoch === epoch) return undefined;
      if (found.epoch < previous) return found.epoch;
    }
    throw refused(
      `${this.#label}: job '${job}' may not write here any more: another run took it over, or its fence row was deleted, while epoch ${epoch} was being written; some rows of it may be in the tables. End the other run, or start with --fresh`,
    );
  }

  async #now(job: string): Promise<FenceRow | undefined> {
    const [found] = await this.#port.read(this.bound.name, [[['job', job]]]);
    if (found instanceof OtsFault) throw found;
    if (!found) return undefined;
    const { owner, epoch, committed_at } = this.bound.row(found, false);
    return {
      owner: owner as string,
      epoch: epoch as number,
      ...(committed_at === null ? {} : { committedAt: committed_at as number }),
    };
  }

  /** Writes the job's row where it is as it was found. */
  async #write(
    job: string,
    found: FenceRow | undefined,
    { owner, epoch, completeTo }: FenceRow & { readonly completeTo?: number },
  ): Promise<readonly [OtsFault | undefined]> {
    const row: Row = { job, owner, epoch, committed_at: Date.now(), complete_to: timeOf(completeTo) };
    const write = this.bound.writeBack({ read: null, row });
    const equal: readonly OtsCell[] = found
      ? [
          ['owner', found.owner],
          ['epoch', BigInt(found.epoch)],
        ]
      : [];
    const condition = { exists: found !== undefined, equal, absent: [] };
    const [fault] = await this.#port.write(this.bound.name, [{ ...write, condition }]);
    if (fault?.kind === 'away') throw fault;
    return [fault];
  }
}

const schemaOf = (table: string): TableSchema => ({
  kind: 'table',
  name: table,
  tableName: table,
  columns: [
    column('job', 'VARCHAR'),
    column('owner', 'VARCHAR'),
    column('epoch', 'BIGINT'),
    column('committed_at', 'TIMESTAMP(3)'),
    column('complete_to', 'TIMESTAMP(3)', true),
  ],
  primaryKey: ['job'],
  options: {},
});

/** A time that TIMESTAMP(3) can hold; before the first event there is none. */
const timeOf = (time: number | undefined): number | null =>
  time !== undefined && Number.isSafeInteger(time) && time >= FIRST_TIMESTAMP && time <= LAST_TIMESTAMP
    ? time
    : null;
