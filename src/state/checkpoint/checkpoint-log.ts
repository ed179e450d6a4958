import { randomUUID } from 'node:crypto';
import { MillraceError } from '../../errors.ts';
import { SqliteFile, type SqliteFileOptions } from '../../sqlite/sqlite-file.ts';
import type { KeptColumn } from './block.ts';
import { checkpointError, damagedIn } from './checkpoint-error.ts';
import { withChecksum } from './checksum.ts';
import { checkMeta, metaOf } from './meta.ts';
import { checkpointPath, FORMAT } from './paths.ts';
import { insertRejected, type QuarantineEntry } from './quarantine.ts';
import { CHUNKS, readState } from './read-state.ts';
import { checkedEpoch, checksumOf, type OutboxRecord, type StoredEpoch } from './stored-epoch.ts';

/** Epochs whose effects on tables are kept, so that they can be applied again to a database that lost its last commits. */
const OUTBOX_EPOCHS = 1000;

/** Who keeps a block, and of which columns: a part of an operator's state, or a table's outbox. */
export interface KeptPart {
  readonly id: number;
  /** `past`: a table's outbox of before an edit; effects of earlier epochs are written in it. */
  readonly kind: 'state' | 'sink' | 'past';
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

/** Records that are thinned out at once. */
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
          if (expected) throw damagedIn(directory)('it is empty');
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

  /** The first epoch whose effects are kept. */
  get first(): number {
    return this.#first;
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
      throw damagedIn(this.directory)('epochs are missing');
    this.#first = first;
    this.#firstState = state;
    this.#snapshotFrom = state;
    const [record] = await this.#file.rows<StoredEpoch>(
      'SELECT epoch, checksum, head, outbox FROM epochs WHERE epoch = ?',
      [last],
    );
    if (record === undefined) throw damagedIn(this.directory)(`epoch ${last} is missing`);
    this.#last = { epoch: last, head: checkedEpoch(damagedIn(this.directory), record).head };
  }

  /** Names the parts that are kept from now on; those that are not named, and what is kept of them, go. */
  async keep(parts: readonly Omit<KeptPart, 'id'>[]): Promise<readonly KeptPart[]> {
    const past = this.#parts.filter(({ kind }) => kind === 'past');
    const kept = this.#numbered(parts);
    await this.#guarded(() =>
      this.#file.transaction(async () => {
        await this.#writeParts([...past, ...kept]);
        for (const { id } of this.#parts.filter((part) => !kept.some((other) => other.id === part.id)))
          await this.#file.run('DELETE FROM chunks WHERE id >= ? AND id < ?', [
            id * CHUNKS,
            (id + 1) * CHUNKS,
          ]);
      }),
    );
    this.#parts = [...past, ...kept];
    return kept;
  }

  /** The parts with the numbers that they have, or would get. */
  #numbered(parts: readonly Omit<KeptPart, 'id'>[]): readonly KeptPart[] {
    let next = Math.max(0, ...this.#parts.map(({ id }) => id)) + 1;
    return parts.map((part) => {
      const old = this.#parts.find(
        ({ kind, owner, name, columns }) =>
          kind === part.kind &&
          owner === part.owner &&
          name === part.name &&
          JSON.stringify(columns) === JSON.stringify(part.columns),
      );
      return { ...part, id: old?.id ?? next++ };
    });
  }

  async #writeParts(parts: readonly KeptPart[]): Promise<void> {
    await this.#file.run('DELETE FROM parts');
    for (const { id, kind, owner, name, columns, description } of parts)
      await this.#file.run(
        'INSERT INTO parts (id, kind, owner, name, columns, description) VALUES (?, ?, ?, ?, ?, ?)',
        [id, kind, owner, name, JSON.stringify(columns), description],
      );
  }

  /**
   * Puts another state in the place of the one that is kept, with an epoch of its own: all of it, or nothing. The effects of earlier epochs stay.
   * @param write the epoch, with the whole state as chunks, of the parts as they are numbered
   * @param anew rejected rows of before go
   */
  async replace(
    parts: readonly Omit<KeptPart, 'id'>[],
    write: (kept: readonly KeptPart[]) => EpochRecord,
    anew: boolean,
  ): Promise<readonly KeptPart[]> {
    const kept = this.#numbered(parts);
    const past = this.#parts
      .filter(({ id, kind }) => kind !== 'state' && !kept.some((part) => part.id === id))
      .map((part) => ({ ...part, kind: 'past' as const }));
    const record = write(kept);
    await this.#guarded(() =>
      this.#file.transaction(async () => {
        await this.#file.run('DELETE FROM chunks');
        await this.#file.run('UPDATE epochs SET state = NULL');
        if (anew) await this.#file.run('DELETE FROM quarantine');
        await this.#writeParts([...past, ...kept]);
        await this.#write([record]);
      }),
    );
    this.#parts = [...past, ...kept];
    this.#firstState = record.epoch;
    this.#snapshotFrom = record.epoch;
    this.#last = { epoch: record.epoch, head: record.head };
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
      await readState(this.#file, damagedIn(this.directory), take, give);
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
      return records.map((record) => checkedEpoch(damagedIn(this.directory), record));
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

  #guarded<T>(work: () => Promise<T>): Promise<T> {
    return guarded(this.directory, work);
  }
}

async function guarded<T>(directory: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof MillraceError ? error : checkpointError(directory, error);
  }
}
