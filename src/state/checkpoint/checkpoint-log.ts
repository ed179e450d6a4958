import { randomUUID } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { MillraceError, refused } from '../../errors.ts';
import { SqliteFile, type SqliteFileOptions } from '../../sqlite/sqlite-file.ts';
import type { KeptColumn } from './block.ts';
import { checkpointError } from './checkpoint-error.ts';
import { checksum, withChecksum, withoutChecksum } from './checksum.ts';
import { unpack } from './pack.ts';
import { checkpointPath, FORMAT } from './paths.ts';
import { insertRejected, type QuarantineEntry } from './quarantine.ts';

/** Epochs whose effects on tables are kept, so that they can be applied again to a database that lost its last commits. */
const OUTBOX_EPOCHS = 1000;

/** Who keeps a block, and of which columns: a part of an operator's state, or a table's outbox. */
export interface KeptPart {
  readonly id: number;
  readonly kind: 'state' | 'sink';
  /** Fingerprint of the operator, or the table's name in the catalog. */
  readonly owner: string;
  readonly name: string;
  readonly columns: readonly KeptColumn[];
  /** For a person: the operator and where the job says it. */
  readonly description: string;
}

/** A run of places of one part, as it stands in the snapshot. */
export interface Chunk {
  readonly part: number;
  readonly number: number;
  /** Null: there is nothing at these places. */
  readonly data: Buffer | null;
}

/** What is written of an epoch. */
export interface EpochRecord {
  readonly epoch: number;
  /** Where the run stands after it, as text of the caller's own. */
  readonly head: string;
  /** Its effects on tables. */
  readonly outbox: Buffer;
  /** What changed in the state. */
  readonly state: Buffer;
  readonly quarantined: readonly QuarantineEntry[];
  readonly chunks: readonly Chunk[];
  /** Changes of earlier epochs are all in the snapshot; absent: nothing new of that. */
  readonly snapshotFrom?: number | undefined;
}

/** Bytes that are kept. */
export interface CheckpointSizes {
  /** The snapshot. */
  readonly chunks: number;
  /** Changes of state since. */
  readonly states: number;
  /** The records that hold them, whole. */
  readonly log: number;
}

/** An epoch's effects on tables. */
export interface OutboxRecord {
  readonly epoch: number;
  readonly head: string;
  readonly outbox: Buffer;
}

/** How checkpoints are opened. */
export interface CheckpointOptions extends Pick<SqliteFileOptions, 'synchronous'> {
  /** There have been checkpoints: that there are none is damage, not a beginning. */
  readonly expected?: boolean;
  /** Bytes of log, at least, after which a round of the snapshot begins. */
  readonly snapshotAfter?: number;
}

/** Less is not worth a snapshot. */
const SNAPSHOT_AFTER = 16 * 1024 * 1024;

const SCHEMA = `
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS parts (id INTEGER PRIMARY KEY, kind TEXT NOT NULL, owner TEXT NOT NULL, name TEXT NOT NULL, columns TEXT NOT NULL, description TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS epochs (epoch INTEGER PRIMARY KEY, checksum INTEGER NOT NULL, head TEXT NOT NULL, outbox BLOB NOT NULL, state BLOB);
CREATE TABLE IF NOT EXISTS chunks (id INTEGER PRIMARY KEY, data BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS quarantine (id INTEGER PRIMARY KEY, epoch INTEGER NOT NULL, source TEXT NOT NULL, file TEXT, place INTEGER NOT NULL, reason TEXT NOT NULL, column_name TEXT, raw BLOB NOT NULL);
`;

/** Chunk numbers of one part. */
const CHUNKS = 2 ** 32;
/** Rows that are read, or records that are thinned out, at once. */
const STEP = 64;
/** Bound parameters of a statement. */
const PARAMETERS = 30_000;

/**
 * The checkpoints of a job: a log of epochs over a snapshot, in one SQLite file. An epoch is written whole or not at all, and is durable when `append`
 * answers. The snapshot is written piece by piece with the epochs (a fuzzy snapshot: Mohan et al., ARIES, 1992; Salem and Garcia-Molina, 1989): a chunk shows its
 * places as they were at the epoch that wrote it, and the log since the first of the present round's chunks, applied over all chunks in order, makes each place
 * what it was last. So nothing waits for a snapshot, and the log is never longer than two rounds.
 */
export class CheckpointLog {
  readonly directory: string;
  readonly job: string;
  /** Bytes of log, at least, after which a round of the snapshot begins. */
  readonly snapshotAfter: number;
  readonly #file: SqliteFile;
  readonly #owner: string;
  #last: { readonly epoch: number; readonly head: string } | undefined;
  #parts: readonly KeptPart[] = [];
  /** The first epoch in the log, and the first whose changes of state are. */
  #first = 1;
  #firstState = 1;
  /** Changes of state before this epoch are not needed any more. */
  #snapshotFrom = 1;

  private constructor(
    directory: string,
    job: string,
    owner: string,
    file: SqliteFile,
    snapshotAfter: number,
  ) {
    this.snapshotAfter = snapshotAfter;
    this.directory = directory;
    this.job = job;
    this.#owner = owner;
    this.#file = file;
  }

  /**
   * Opens the checkpoints of a state directory; begins new ones where there are none.
   * @throws MillraceError exit 3: they are another job's, of another format, or damaged
   */
  static async open(directory: string, job: string, options: CheckpointOptions = {}): Promise<CheckpointLog> {
    const { synchronous, expected = false, snapshotAfter = SNAPSHOT_AFTER } = options;
    return guarded(directory, async () => {
      const file = await SqliteFile.open(checkpointPath(directory), { synchronous });
      try {
        await file.transaction(async () => {
          for (const statement of SCHEMA.split(';')) if (statement.trim() !== '') await file.run(statement);
          const meta = await metaOf(file);
          if (meta.size > 0) {
            checkMeta(directory, job, meta);
            return;
          }
          if (expected) throw damaged(directory, 'it is empty');
          const values = { format: String(FORMAT), job, owner: randomUUID() };
          for (const [key, value] of Object.entries(values))
            await file.run('INSERT INTO meta (key, value) VALUES (?, ?)', [key, value]);
        });
        const owner = (await metaOf(file)).get('owner') as string;
        const log = new CheckpointLog(directory, job, owner, file, snapshotAfter);
        await log.#load();
        return log;
      } catch (error) {
        await file.close();
        throw error;
      }
    });
  }

  /** Random id of this state, made with it. */
  get owner(): string {
    return this.#owner;
  }

  /** The last epoch; undefined before the first. */
  get last(): { readonly epoch: number; readonly head: string } | undefined {
    return this.#last;
  }

  get parts(): readonly KeptPart[] {
    return this.#parts;
  }

  async #load(): Promise<void> {
    const parts = await this.#file.rows<Omit<KeptPart, 'columns'> & { columns: string }>(
      'SELECT id, kind, owner, name, columns, description FROM parts ORDER BY id',
    );
    this.#parts = parts.map((part) => ({ ...part, columns: JSON.parse(part.columns) as KeptColumn[] }));
    const [span] = await this.#file.rows<{
      first: number | null;
      last: number;
      n: number;
      state: number | null;
      states: number;
    }>(
      'SELECT min(epoch) AS first, max(epoch) AS last, count(*) AS n, min(CASE WHEN state IS NOT NULL THEN epoch END) AS state, count(state) AS states FROM epochs',
    );
    if (span === undefined || span.first === null) return;
    const { first, last, n, state, states } = span;
    if (last - first + 1 !== n || state === null || last - state + 1 !== states)
      throw damaged(this.directory, 'epochs are missing');
    this.#first = first;
    this.#firstState = state;
    this.#snapshotFrom = state;
    const [record] = await this.#file.rows<StoredEpoch>(
      'SELECT epoch, checksum, head, outbox FROM epochs WHERE epoch = ?',
      [last],
    );
    if (record === undefined) throw damaged(this.directory, `epoch ${last} is missing`);
    this.#last = { epoch: last, head: checkedEpoch(this.directory, record).head };
  }

  /** Names the parts that are kept from now on; those that are not named, and what is kept of them, go. */
  async keep(parts: readonly Omit<KeptPart, 'id'>[]): Promise<readonly KeptPart[]> {
    const known = this.#parts;
    let next = Math.max(0, ...known.map(({ id }) => id)) + 1;
    const kept = parts.map((part) => {
      const old = known.find(
        ({ kind, owner, name, columns }) =>
          kind === part.kind &&
          owner === part.owner &&
          name === part.name &&
          JSON.stringify(columns) === JSON.stringify(part.columns),
      );
      return { ...part, id: old?.id ?? next++ };
    });
    const gone = known.filter(({ id }) => !kept.some((part) => part.id === id));
    await this.#guarded(() =>
      this.#file.transaction(async () => {
        for (const { id } of gone) {
          await this.#file.run('DELETE FROM parts WHERE id = ?', [id]);
          await this.#file.run('DELETE FROM chunks WHERE id >= ? AND id < ?', [
            id * CHUNKS,
            (id + 1) * CHUNKS,
          ]);
        }
        for (const { id, kind, owner, name, columns, description } of kept)
          await this.#file.run(
            'INSERT OR REPLACE INTO parts (id, kind, owner, name, columns, description) VALUES (?, ?, ?, ?, ?, ?)',
            [id, kind, owner, name, JSON.stringify(columns), description],
          );
      }),
    );
    this.#parts = kept;
    return kept;
  }

  /**
   * Gives all that is kept of the state, in the order in which it is to be taken in: chunks, then the changes of the log.
   * @param progress told how much of it is given, from 0 to 1
   */
  async restore(
    take: (part: number, block: Buffer) => void,
    progress: (done: number) => void = () => {},
  ): Promise<void> {
    await this.#guarded(async () => {
      const { chunks, states } = await this.sizes();
      let given = 0;
      const give = (bytes: number) => {
        given += bytes;
        progress(given / (chunks + states || 1));
      };
      for (let after = -1; ; ) {
        const rows = await this.#file.rows<{ id: number; data: Buffer }>(
          `SELECT id, data FROM chunks WHERE id > ? ORDER BY id LIMIT ${STEP}`,
          [after],
        );
        for (const { id, data } of rows) {
          take(Math.floor(id / CHUNKS), this.#checked(data, `chunk ${id}`, id));
          give(data.length);
          after = id;
        }
        if (rows.length < STEP) break;
      }
      for (let after = 0; ; ) {
        const rows = await this.#file.rows<{ epoch: number; state: Buffer }>(
          `SELECT epoch, state FROM epochs WHERE epoch > ? AND state IS NOT NULL ORDER BY epoch LIMIT ${STEP}`,
          [after],
        );
        for (const { epoch, state } of rows) {
          for (const { part, block } of unpack(this.#checked(state, `epoch ${epoch}`, epoch)))
            take(part, block);
          give(state.length);
          after = epoch;
        }
        if (rows.length < STEP) break;
      }
    });
  }

  /** How much is kept. */
  async sizes(): Promise<CheckpointSizes> {
    const [chunks] = await this.#file.rows<{ n: number | null }>('SELECT sum(length(data)) AS n FROM chunks');
    const [log] = await this.#file.rows<{ states: number | null; all: number | null }>(
      'SELECT sum(length(state)) AS states, sum(length(state) + length(outbox) + length(head)) AS "all" FROM epochs WHERE state IS NOT NULL',
    );
    return { chunks: chunks?.n ?? 0, states: log?.states ?? 0, log: log?.all ?? 0 };
  }

  /** The effects of the epochs after this one, in order; undefined where the log does not reach so far back. */
  async outboxAfter(epoch: number): Promise<readonly OutboxRecord[] | undefined> {
    if (epoch + 1 < this.#first) return undefined;
    return this.#guarded(async () => {
      const records = await this.#file.rows<StoredEpoch>(
        'SELECT epoch, checksum, head, outbox FROM epochs WHERE epoch > ? ORDER BY epoch',
        [epoch],
      );
      return records.map((record) => checkedEpoch(this.directory, record));
    });
  }

  /** Writes epochs that follow one another: all of them, or none. Durable when it answers. */
  async append(records: readonly EpochRecord[]): Promise<void> {
    const last = records.at(-1);
    if (last === undefined) return;
    for (const { snapshotFrom } of records) if (snapshotFrom !== undefined) this.#snapshotFrom = snapshotFrom;
    await this.#guarded(async () => {
      const work = () => this.#write(records);
      const old = Math.min(this.#firstState, last.epoch - OUTBOX_EPOCHS + 1) - this.#first;
      const thin = this.#firstState < this.#snapshotFrom || old >= STEP;
      const alone =
        !thin && records.every(({ quarantined, chunks }) => quarantined.length + chunks.length === 0);
      // One statement is a transaction of its own.
      if (alone) await work();
      else
        await this.#file.transaction(async () => {
          await work();
          if (thin) await this.#thinOut(last.epoch, records.length);
        });
    });
    this.#last = { epoch: last.epoch, head: last.head };
  }

  async #write(records: readonly EpochRecord[]): Promise<void> {
    const bindings = records.flatMap(({ epoch, head, outbox, state }) => [
      epoch,
      checksumOf(head, outbox),
      head,
      outbox,
      withChecksum(state, epoch),
    ]);
    const values = records.map(() => '(?, CAST(? AS INTEGER), ?, ?, ?)').join(', ');
    await this.#file.run(
      `INSERT INTO epochs (epoch, checksum, head, outbox, state) VALUES ${values}`,
      bindings,
    );
    for (const { epoch, quarantined } of records)
      if (quarantined.length > 0) await insertRejected(this.#file, epoch, quarantined);
    await this.#writeChunks(records.flatMap(({ chunks }) => chunks));
  }

  async #writeChunks(chunks: readonly Chunk[]): Promise<void> {
    const last = new Map(chunks.map(({ part, number, data }) => [part * CHUNKS + number, data]));
    const present = [...last].filter((entry): entry is [number, Buffer] => entry[1] !== null);
    for (let from = 0; from < present.length; from += PARAMETERS / 2) {
      const some = present.slice(from, from + PARAMETERS / 2);
      await this.#file.run(
        `INSERT OR REPLACE INTO chunks (id, data) VALUES ${some.map(() => '(CAST(? AS INTEGER), ?)').join(', ')}`,
        some.flatMap(([id, data]) => [String(id), withChecksum(data, id)]),
      );
    }
    for (const [id, data] of last)
      if (data === null)
        await this.#file.run('DELETE FROM chunks WHERE id = CAST(? AS INTEGER)', [String(id)]);
  }

  /** Lets go, step by step, of what the snapshot holds by now, and of effects that are old. */
  async #thinOut(last: number, records: number): Promise<void> {
    const step = Math.max(STEP, 2 * records);
    const to = Math.min(this.#snapshotFrom, this.#firstState + step);
    if (to > this.#firstState) {
      await this.#file.run('UPDATE epochs SET state = NULL WHERE epoch >= ? AND epoch < ?', [
        this.#firstState,
        to,
      ]);
      this.#firstState = to;
    }
    const before = Math.min(this.#firstState, last - OUTBOX_EPOCHS + 1, this.#first + step);
    if (before > this.#first) {
      await this.#file.run('DELETE FROM epochs WHERE epoch < ?', [before]);
      this.#first = before;
    }
  }

  async close(): Promise<void> {
    await this.#file.close();
  }

  #checked(bytes: Buffer, what: string, seed: number): Buffer {
    const checked = withoutChecksum(bytes, seed);
    if (checked === undefined) throw damaged(this.directory, `${what} does not match its checksum`);
    return checked;
  }

  #guarded<T>(work: () => Promise<T>): Promise<T> {
    return guarded(this.directory, work);
  }
}

interface StoredEpoch extends OutboxRecord {
  readonly checksum: number;
}

async function guarded<T>(directory: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof MillraceError ? error : checkpointError(directory, error);
  }
}

async function metaOf(file: SqliteFile): Promise<Map<string, string>> {
  const rows = await file.rows<{ key: string; value: string }>('SELECT key, value FROM meta');
  return new Map(rows.map(({ key, value }) => [key, value]));
}

function checkMeta(directory: string, job: string, meta: ReadonlyMap<string, string>): void {
  const format = meta.get('format');
  if (format !== String(FORMAT))
    throw refused(
      `state directory ${directory} has format ${format}, this version of millrace knows ${FORMAT}: give another --state directory`,
    );
  const owner = meta.get('job');
  if (owner !== job)
    throw refused(
      `state directory ${directory} belongs to the job '${owner}', not to '${job}': give another one, --state DIR`,
    );
}

const damaged = (directory: string, what: string): MillraceError =>
  refused(
    `${checkpointPath(directory)} is damaged: ${what}. Nothing was read or written. Put a copy of it in its place, or start from empty state with --fresh`,
  );

function checkedEpoch(directory: string, { epoch, checksum, head, outbox }: StoredEpoch): OutboxRecord {
  if (checksumOf(head, outbox) !== checksum)
    throw damaged(directory, `epoch ${epoch} does not match its checksum`);
  return { epoch, head, outbox };
}

const checksumOf = (head: string, outbox: Buffer): number => checksum(outbox, crc32(head));
