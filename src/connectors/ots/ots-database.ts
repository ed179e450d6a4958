import { failed, type MillraceError, wrong } from '../../errors.ts';
import type { TableSchema } from '../../plan/schema.ts';
import type { Row } from '../../values/sql-type.ts';
import type { Claim, Commit, Committed, Database, TableUse } from '../database.ts';
import { missedFence } from '../fence-rules.ts';
import type { Asked } from './asked.ts';
import { type BoundTable, bindTable } from './bound-table.ts';
import { Fence } from './fence.ts';
import { OtsFault } from './ots-fault.ts';
import { checkOtsOptions, type OtsOptions } from './ots-options.ts';
import type { OtsKey, OtsPort } from './ots-port.ts';
import { type Patience, patience, type Tries } from './patience.ts';
import { prepareTables } from './prepare.ts';
import { readRows, scanRows } from './read-rows.ts';
import { sayingWhere } from './where.ts';
import { applyRows, clearTable, type WriteParts, writeBackRows } from './write-rows.ts';

/**
 * Opens the tables of an instance of Alibaba Cloud Tablestore. Exit 2 where the options are wrong; the instance is contacted by `prepare`.
 *
 * @example await openOtsDatabase({ endPoint: 'https://i.cn-hangzhou.ots.aliyuncs.com', instanceName: 'i', accessId, accessKey })
 */
export async function openOtsDatabase(
  options: OtsOptions,
  { log = () => {} }: { readonly log?: (line: string) => void } = {},
): Promise<Database> {
  const full = checkOtsOptions(options.tableName, options);
  const { tablestorePort } = await import('./driver/tablestore-port.ts');
  return new OtsDatabase(sayingWhere(tablestorePort(full)), full, log);
}

/**
 * Tables of a job in Tablestore, which has no transaction over rows: an epoch's rows are written, then its fence. A reader may see part of an epoch.
 * After a crash the same epoch is written again, which changes nothing of what is there of it.
 *
 * Two runs: each claim and each commit moves the fence where it is as it was left, so that one of them goes on, and a run that lost its fence
 * writes no further epoch. What it was writing at that moment may still be written.
 *
 * A request that is given up (`socketTimeout`, a connection that breaks) is made again. Where the network or the service held it back, and did it after a
 * later epoch had written the row, an upsert of before would be put in its place: a write-back would not, as the row is not what was read.
 */
class OtsDatabase implements Database {
  readonly label: string;
  readonly transactional = false;
  readonly #port: OtsPort;
  readonly #options: ReturnType<typeof checkOtsOptions>;
  readonly #log: (line: string) => void;
  readonly #patience: Patience;
  readonly #fence: Fence;
  readonly #tables = new Map<TableSchema, BoundTable>();
  /** Tables that are both looked up and written. */
  readonly #writtenBack = new Set<string>();
  #claim: Claim | undefined;
  /** Rows of the epochs up to this one may be in the tables: of the run before, or of a commit here that did not end. */
  #begun = 0;

  constructor(port: OtsPort, options: ReturnType<typeof checkOtsOptions>, log: (line: string) => void) {
    this.label = `ots://${new URL(options.endPoint).host}/${options.instanceName}`;
    this.#port = port;
    this.#options = options;
    this.#log = log;
    this.#patience = patience(this.label, log, options.retryIntervalMs);
    this.#fence = new Fence(this.label, port, options.fenceTable);
  }

  async prepare(uses: readonly TableUse[]): Promise<readonly string[]> {
    const { tableName, fenceTable } = this.#options;
    const names = new Set(uses.map(({ table }) => table.name));
    if (tableName !== undefined && names.size > 1)
      throw wrong(
        `${this.label}: tableName '${tableName}' is one table, and the job uses ${[...names].join(', ')} here: leave it out, and name each in the catalog`,
      );
    const bound = uses.map((use) => ({ ...use, bound: this.#table(use.table) }));
    for (const use of bound) {
      if (use.bound.name === fenceTable)
        throw wrong(
          `${this.label}: table ${use.table.name} is '${fenceTable}', which is the table of the fences: name another as fenceTable`,
        );
      if (use.writes && use.looksUp) this.#writtenBack.add(use.bound.name);
    }
    const fence = { table: this.#fence.bound.schema, bound: this.#fence.bound };
    const written = uses.some(({ writes }) => writes);
    return this.#first('prepare its tables', (asked) =>
      prepareTables({ label: this.label, port: this.#port, log: this.#log, asked }, [
        ...bound,
        ...(written ? [{ ...fence, writes: true, looksUp: false, writesNull: [] }] : []),
      ]),
    );
  }

  async claim(claim: Claim): Promise<number> {
    const stands = await this.#first(`claim it for job '${claim.job}'`, async (asked) => {
      // Before the fence: a claim that ends between is made again. And after it, for rows that the run before was still writing.
      if (claim.clear.length > 0) {
        this.#fence.allows(claim, await this.#fence.read(claim.job, asked));
        await this.#clear(claim.clear, asked);
      }
      const epoch = await this.#fence.claim(claim, asked);
      await this.#clear(claim.clear, asked);
      return epoch;
    });
    this.#claim = claim;
    this.#begun = claim.epoch;
    return stands;
  }

  async commit(commit: Commit, signal: AbortSignal): Promise<Committed> {
    const claim = this.#claim;
    if (claim === undefined)
      throw failed(`${this.label}: nothing can be written before the database is claimed`);
    return this.#asking(`write epoch ${commit.epoch}`, { signal }, failed, async (asked) => {
      const found = await this.#fence.read(claim.job, asked);
      if (found?.owner !== claim.owner || found.epoch !== commit.previous)
        // Each call is tried again by itself: here none of the commit has been made.
        return {
          overtaken: 0,
          lostAfter: missedFence(this.label, claim, commit, found, false) as number,
        };
      const overtakenRows = await this.#apply(commit, asked);
      const lostAfter = await this.#fence.advance(claim, commit, asked);
      if (lostAfter !== undefined) return { overtaken: 0, lostAfter };
      const overtaken = overtakenRows.length;
      return commit.nameOvertaken ? { overtaken, overtakenRows } : { overtaken };
    });
  }

  /**
   * Tablestore answers a write once it is on several disks, and no restart takes it back; where a table is replaced by an older copy, the fence with it, the
   * next commit finds that. So no fence is read here.
   */
  async lookup(
    schema: TableSchema,
    keys: readonly Row[],
    signal: AbortSignal,
  ): Promise<readonly (Row | null)[]> {
    const table = this.#table(schema);
    const { maxRetryTimes: most } = this.#options;
    return this.#asking(`look up in table ${schema.name}`, { signal, most }, failed, async (asked) => {
      const wanted = keys.map((key) => table.keyOf(key));
      const possible = wanted.filter((key): key is OtsKey => key !== undefined);
      const found = await readRows(this.#port, table.name, possible, asked);
      let next = 0;
      return wanted.map((key) => {
        const row = key === undefined ? null : found[next++];
        return row ? table.row(row, this.#writtenBack.has(table.name)) : null;
      });
    });
  }

  async rows(schema: TableSchema, limit = Number.POSITIVE_INFINITY): Promise<readonly Row[]> {
    const { name, key, row } = this.#table(schema);
    return this.#asking(`read table ${schema.name}`, this.#tries, failed, async (asked) => {
      const rows: Row[] = [];
      for await (const part of scanRows(this.#port, name, key, limit, asked))
        rows.push(...part.map((found) => row(found, false)));
      return rows;
    });
  }

  async close(): Promise<void> {
    this.#port.close();
  }

  async #apply(
    { epoch, changes, clear = [] }: Commit,
    asked: Asked,
  ): Promise<NonNullable<Committed['overtakenRows']>> {
    const again = epoch <= this.#begun;
    this.#begun = Math.max(this.#begun, epoch);
    await this.#clear(clear, asked);
    const parts = this.#writeParts(asked);
    const overtaken: { readonly table: TableSchema; readonly row: Row }[] = [];
    for (const { table, upserts, deletes, writeBacks } of changes) {
      const bound = this.#table(table);
      await applyRows(parts, bound, upserts, deletes);
      const rows = await writeBackRows(parts, bound, writeBacks, again);
      overtaken.push(...rows.map((row) => ({ table, row })));
    }
    return overtaken;
  }

  async #clear(tables: readonly TableSchema[], asked: Asked): Promise<void> {
    for (const table of tables) await clearTable(this.#writeParts(asked), this.#table(table));
  }

  #writeParts(asked: Asked): WriteParts {
    return { port: this.#port, batchSize: this.#options.batchSize, asked };
  }

  #table(schema: TableSchema): BoundTable {
    const known = this.#tables.get(schema);
    if (known) return known;
    const table = bindTable(this.label, schema, this.#options.tableName ?? schema.tableName);
    this.#tables.set(schema, table);
    return table;
  }

  get #tries(): Tries {
    return { most: this.#options.maxRetryTimes };
  }

  /** At the start: an error is one of the settings. */
  #first<T>(what: string, work: (asked: Asked) => Promise<T>): Promise<T> {
    return this.#asking(what, this.#tries, wrong, work);
  }

  /** Does work whose calls are each tried; a fault that does not pass ends it. */
  async #asking<T>(
    what: string,
    tries: Tries,
    fault: (message: string, cause?: unknown) => MillraceError,
    work: (asked: Asked) => Promise<T>,
  ): Promise<T> {
    try {
      return await work((call) => this.#patience.persist(call, tries));
    } catch (error) {
      if (!(error instanceof OtsFault)) throw error;
      throw fault(`${this.label}: cannot ${what}: ${error.message}`, error);
    }
  }
}
