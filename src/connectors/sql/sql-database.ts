import { failed, MillraceError, wrong } from '../../errors.ts';
import type { TableSchema } from '../../plan/schema.ts';
import { compareText } from '../../values/compare.ts';
import type { Row } from '../../values/sql-type.ts';
import {
  type Claim,
  type Commit,
  type Committed,
  type Database,
  LostCommits,
  type TableUse,
} from '../database.ts';
import { bindTable } from './bound-table.ts';
import type { Dialect } from './dialect.ts';
import { durabilityWarnings } from './durability.ts';
import { faultOf } from './fault.ts';
import { FENCE, Fence } from './fence.ts';
import { prepareTables } from './prepare.ts';
import { type Patience, persist } from './retry.ts';
import type { Pool, Session } from './session.ts';
import { type TableAccess, tableAccess } from './table-access.ts';

/** What a `SqlDatabase` is made of. */
export interface SqlDatabaseParts {
  readonly label: string;
  readonly pool: Pool;
  /** Asks the server what it is; called once, at the first contact. */
  readonly dialect: (session: Session) => Promise<Dialect>;
  readonly log: (line: string) => void;
  /** The last statements before the connections are closed. */
  readonly farewell: readonly string[];
}

/** Milliseconds that the first contact is tried. */
const FIRST_CONTACT = 15_000;

const byTableName = (a: TableSchema, b: TableSchema) => compareText(a.tableName, b.tableName);

/** Tables of a job in a SQL database, each epoch one transaction. */
export class SqlDatabase implements Database {
  readonly label: string;
  readonly transactional = true;
  readonly #parts: SqlDatabaseParts;
  readonly #accesses = new Map<TableSchema, TableAccess>();
  #dialect: Dialect | undefined;
  /** Names in the database of the tables that are both looked up and written. */
  readonly #writtenBack = new Set<string>();
  #fenceKept: Fence | undefined;
  #claim: Claim | undefined;
  /** The epoch at which the fence stands, as far as the database has answered. */
  #stands = 0;

  constructor(parts: SqlDatabaseParts) {
    this.label = parts.label;
    this.#parts = parts;
  }

  async prepare(uses: readonly TableUse[]): Promise<readonly string[]> {
    for (const { table, writes, looksUp } of uses)
      if (writes && looksUp) this.#writtenBack.add(table.tableName);
    const fence: TableUse = { table: FENCE, writes: true, looksUp: false, writesNull: ['complete_to'] };
    return this.#first('prepare its tables', () =>
      this.#parts.pool.use(async (session) => {
        const dialect = await this.#known(session);
        await prepareTables(this.label, dialect, session, [...uses, fence]);
        return durabilityWarnings(this.label, dialect, session);
      }),
    );
  }

  async claim(claim: Claim): Promise<number> {
    // After an error at COMMIT the same again: a fence of ours is adopted, and nobody has written since.
    const stands = await this.#first(`claim it for job '${claim.job}'`, () =>
      this.#parts.pool.transaction(async (session) => {
        const dialect = await this.#known(session);
        const epoch = await this.#fence(dialect).claim(session, claim);
        await this.#clear(session, dialect, claim.clear);
        return epoch;
      }),
    );
    this.#claim = claim;
    this.#stands = stands;
    return stands;
  }

  async commit(commit: Commit, signal: AbortSignal): Promise<Committed> {
    const claim = this.#claimed();
    // What the last try would have answered that wrote, and whose COMMIT may have gone through.
    let inDoubt: Committed | undefined;
    const committed = await this.#later(`write epoch ${commit.epoch}`, signal, () =>
      this.#parts.pool.transaction(
        async (session): Promise<Committed> => {
          const dialect = await this.#known(session);
          const fence = this.#fence(dialect);
          if (await fence.advance(session, claim, commit)) return this.#apply(session, dialect, commit);
          const missed = await fence.missed(session, claim, commit, inDoubt !== undefined);
          return missed === 'in' ? (inDoubt as Committed) : { overtaken: 0, lostAfter: missed };
        },
        (result) => {
          if (result.lostAfter === undefined) inDoubt = result;
        },
      ),
    );
    this.#stands = committed.lostAfter ?? commit.epoch;
    return committed;
  }

  async lookup(
    table: TableSchema,
    keys: readonly Row[],
    signal: AbortSignal,
  ): Promise<readonly (Row | null)[]> {
    if (keys.length === 0) return [];
    const [rows, stands] = await this.#later(`look up in table ${table.name}`, signal, () =>
      this.#parts.pool.use(async (session) => {
        const dialect = await this.#known(session);
        const found = await this.#access(dialect, table).find(session, keys);
        return [found, await this.#standsNow(session, dialect, table)] as const;
      }),
    );
    if (stands !== undefined && stands < this.#stands) throw new LostCommits(stands);
    return rows;
  }

  /**
   * Where the fence stands after rows were read on this connection: a server that lost commits was away in between, or the fence shows it. Undefined where that
   * does not matter, or the next commit tells.
   */
  async #standsNow(session: Session, dialect: Dialect, table: TableSchema): Promise<number | undefined> {
    const matters = dialect.kind !== 'sqlite' && this.#writtenBack.has(table.tableName);
    return matters && this.#claim !== undefined
      ? this.#fence(dialect).epoch(session, this.#claim)
      : undefined;
  }

  async rows(table: TableSchema, limit?: number): Promise<readonly Row[]> {
    return this.#persist(`read table ${table.name}`, { limit: FIRST_CONTACT }, failed, () =>
      this.#parts.pool.use(async (session) =>
        this.#access(await this.#known(session), table).all(session, limit),
      ),
    );
  }

  async close(): Promise<void> {
    const { farewell, pool } = this.#parts;
    // A courtesy: what it would do is done at the next opening too.
    if (this.#dialect)
      await pool
        .use(async (session) => {
          for (const sql of farewell) await session.rows(sql);
        })
        .catch(() => {});
    await pool.close();
  }

  async #apply(
    session: Session,
    dialect: Dialect,
    { changes, clear = [], nameOvertaken = false }: Commit,
  ): Promise<Committed> {
    let overtaken = 0;
    const overtakenRows: { readonly table: TableSchema; readonly row: Row }[] = [];
    await this.#clear(session, dialect, clear);
    // Writers that meet in several tables take them in one order.
    const ordered = [...changes].sort((a, b) => byTableName(a.table, b.table));
    for (const { table, deletes, upserts, writeBacks } of ordered) {
      const access = this.#access(dialect, table);
      try {
        if (deletes.length > 0) await access.remove(session, deletes);
        if (upserts.length > 0) await access.upsert(session, upserts);
        if (!nameOvertaken && writeBacks.length > 0) overtaken += await access.writeBack(session, writeBacks);
        // The database counts, and names none: one at a time.
        if (nameOvertaken)
          for (const writeBack of writeBacks)
            if ((await access.writeBack(session, [writeBack])) > 0)
              overtakenRows.push({ table, row: writeBack.row });
      } catch (error) {
        throw this.#translated(error, `write table ${table.name}`, failed, ['away', 'conflict']);
      }
    }
    return nameOvertaken ? { overtaken: overtakenRows.length, overtakenRows } : { overtaken };
  }

  async #clear(session: Session, dialect: Dialect, tables: readonly TableSchema[]): Promise<void> {
    for (const { name, tableName } of [...tables].sort(byTableName)) {
      try {
        await session.run(`DELETE FROM ${dialect.quote(tableName)}`);
      } catch (error) {
        throw this.#translated(error, `clear table ${name}`, failed, ['away', 'conflict']);
      }
    }
  }

  async #known(session: Session): Promise<Dialect> {
    this.#dialect ??= await this.#parts.dialect(session);
    return this.#dialect;
  }

  #fence(dialect: Dialect): Fence {
    this.#fenceKept ??= new Fence(this.label, bindTable(dialect, FENCE));
    return this.#fenceKept;
  }

  #access(dialect: Dialect, table: TableSchema): TableAccess {
    let access = this.#accesses.get(table);
    if (!access) {
      access = tableAccess(this.label, bindTable(dialect, table), this.#writtenBack.has(table.tableName));
      this.#accesses.set(table, access);
    }
    return access;
  }

  #claimed(): Claim {
    if (this.#claim) return this.#claim;
    throw failed(`${this.label}: nothing can be written before the database is claimed`);
  }

  /** Before the job runs: tried for 15 s; whatever is wrong then is wrong with what was given (exit 2). */
  async #first<T>(doing: string, attempt: () => Promise<T>): Promise<T> {
    return this.#persist(doing, { limit: FIRST_CONTACT }, wrong, attempt);
  }

  /** While the job runs: waits without end. */
  async #later<T>(doing: string, signal: AbortSignal, attempt: () => Promise<T>): Promise<T> {
    return this.#persist(doing, { signal }, failed, attempt);
  }

  async #persist<T>(
    doing: string,
    patience: Pick<Patience, 'limit' | 'signal'>,
    blame: typeof failed,
    attempt: () => Promise<T>,
  ): Promise<T> {
    const { label, log } = this.#parts;
    try {
      return await persist(attempt, { label, log, ...patience });
    } catch (error) {
      throw this.#translated(error, doing, blame, []);
    }
  }

  /** An error of the driver as one for the user; errors of these kinds stay as they are, for whoever tries again. */
  #translated(error: unknown, doing: string, blame: typeof failed, kept: readonly string[]): unknown {
    if (error instanceof MillraceError) return error;
    const { kind, reason } = faultOf(error);
    return kept.includes(kind) ? error : blame(`${this.label}: cannot ${doing}: ${reason}`, error);
  }
}
