import { type FileHandle, open } from 'node:fs/promises';

/** A row that could not be applied, as the engine hands it over. */
export interface QuarantineEntry {
  readonly source: string;
  readonly file: string | undefined;
  readonly offset: number;
  readonly reason: string;
  readonly column: string | undefined;
  readonly raw: Uint8Array;
  readonly epoch: number;
}

/** A line of the log: bytes that are no UTF-8 stand in `rawBase64`. */
export interface StoredEntry {
  readonly source: string;
  readonly file?: string;
  readonly offset: number;
  readonly reason: string;
  readonly column?: string;
  readonly raw?: string;
  readonly rawBase64?: string;
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function rawOf(bytes: Uint8Array): Pick<StoredEntry, 'raw' | 'rawBase64'> {
  try {
    return { raw: utf8.decode(bytes) };
  } catch {
    return { rawBase64: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64') };
  }
}

/** The entry as it is stored and shown. */
const storedEntry = (entry: QuarantineEntry): StoredEntry => ({
  source: entry.source,
  ...(entry.file === undefined ? {} : { file: entry.file }),
  offset: entry.offset,
  reason: entry.reason,
  ...(entry.column === undefined ? {} : { column: entry.column }),
  ...rawOf(entry.raw),
});

/**
 * The rejected rows of a job as a file of NDJSON: rows in order of arrival, epoch after epoch.
 * The file is emptied when the first epoch comes, not before: a run that is refused at its start leaves the log of the run before.
 */
export class QuarantineLog {
  readonly #path: string;
  #file: Promise<FileHandle> | undefined;
  #size = 0;
  #kept = 0;
  /** Where the rows of an epoch end that is not committed yet. */
  readonly #ends = new Map<number, number>();

  constructor(path: string) {
    this.#path = path;
  }

  /** Adds the rows of one epoch, before its commit. Called again only after it answered. */
  async append(entries: readonly QuarantineEntry[]): Promise<void> {
    const last = entries.at(-1);
    if (last === undefined) return;
    const file = await this.#open();
    const bytes = Buffer.from(entries.map((entry) => `${JSON.stringify(storedEntry(entry))}\n`).join(''));
    await file.appendFile(bytes);
    this.#size += bytes.length;
    this.#ends.set(last.epoch, this.#size);
  }

  /** The epochs up to this one are committed: their rows stay. */
  committed(epoch: number): void {
    for (const [e, end] of this.#ends) {
      if (e > epoch) continue;
      this.#kept = Math.max(this.#kept, end);
      this.#ends.delete(e);
    }
  }

  /** Drops the rows of epochs that were not committed. `empty`: a run without an epoch empties the log too. */
  async close(empty: boolean): Promise<void> {
    if (this.#file === undefined && !empty) return;
    const file = await this.#open();
    if (this.#kept < this.#size) await file.truncate(this.#kept);
    await file.close();
  }

  #open(): Promise<FileHandle> {
    this.#file ??= open(this.#path, 'w');
    return this.#file;
  }
}

interface Place {
  readonly source: string;
  readonly file: number;
  readonly offset: number;
  readonly start: number;
  readonly length: number;
}

/** Whole lines of a file with their places; a last line without its end (a crash) is none. */
async function* lines(file: FileHandle): AsyncGenerator<{ bytes: Buffer; start: number }> {
  let rest: Buffer = Buffer.alloc(0);
  let start = 0;
  for await (const chunk of file.createReadStream({ start: 0, autoClose: false })) {
    rest = Buffer.concat([rest, chunk as Buffer]);
    let from = 0;
    for (let end = rest.indexOf(10); end >= 0; end = rest.indexOf(10, from)) {
      yield { bytes: rest.subarray(from, end), start: start + from };
      from = end + 1;
    }
    start += from;
    rest = rest.subarray(from);
  }
}

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/**
 * The lines of a log, by source, file in order of reading, offset. Holds the places of the rows, not the rows.
 * Nothing where there is no log.
 */
export async function* readQuarantine(path: string): AsyncGenerator<string> {
  let log: FileHandle;
  try {
    log = await open(path, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  try {
    const places: Place[] = [];
    const files = new Map<string, number>();
    for await (const { bytes, start } of lines(log)) {
      const { source, file = '', offset } = JSON.parse(bytes.toString()) as StoredEntry;
      const key = `${source}\0${file}`;
      if (!files.has(key)) files.set(key, files.size);
      places.push({ source, file: files.get(key) as number, offset, start, length: bytes.length });
    }
    places.sort((a, b) => compareText(a.source, b.source) || a.file - b.file || a.offset - b.offset);
    for (const { start, length } of places) {
      const { buffer } = await log.read(Buffer.alloc(length), 0, length, start);
      yield buffer.toString();
    }
  } finally {
    await log.close();
  }
}
