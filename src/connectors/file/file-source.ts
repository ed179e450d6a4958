import { failed, MillraceError } from '../../errors.ts';
import { isPending, type MaybePromise } from '../../maybe-promise.ts';
import type { Source, SourceBatch, SourceSpec } from '../source.ts';
import type { ByteInput } from './byte-input.ts';
import { csvDecoder } from './csv-decoder.ts';
import { FileInput } from './file-input.ts';
import { FileQueue } from './file-queue.ts';
import { FollowedFile } from './followed-file.ts';
import { GunzipInput } from './gunzip-input.ts';
import { findInputs, type InputFile, STDIN } from './input-file.ts';
import { ndjsonDecoder } from './ndjson-decoder.ts';
import type { RowDecoder } from './row-decoder.ts';
import { RowReader } from './row-reader.ts';
import { StreamInput } from './stream-input.ts';

/** How files are read. */
export interface FileSourceOptions {
  /** Do not end at the end of the last file: wait for more lines, and for more files in the folders. Default: end. */
  readonly follow?: boolean;
  /** Milliseconds between two looks at a file that is followed; default 50. */
  readonly pollMs?: number;
  /** Longest line, in bytes; default 64 MB. A longer one ends the run: such a file is none of lines. */
  readonly lineLimit?: number | undefined;
}

/**
 * Opens files as a source: each a file of NDJSON or CSV, plain or gzip, `-` for NDJSON from standard input, or a folder of such files
 * (by name). They are read one after the other.
 *
 * @throws MillraceError exit 2, before anything is read: an input that is missing, unreadable, of no known kind or an empty folder; a CSV header with a repeated name.
 * While reading, exit 1: truncated or broken gzip (what was whole is delivered before), a line that is too long; exit 3: a followed file that shrank.
 * @example await openFileSource({ schema, keep: ['id'] }, ['orders.ndjson', 'more.csv.gz'])
 */
export async function openFileSource(
  spec: SourceSpec,
  files: readonly string[],
  options: FileSourceOptions = {},
): Promise<Source> {
  const inputs = await findInputs(files);
  for (const file of inputs.files) if (file.format === 'csv') await checkHeader(spec, file, options);
  return new FileSource(spec, files, new FileQueue(inputs), options);
}

/** Reads the first row of a CSV file, which reads its header. What is wrong behind that has its turn later. */
async function checkHeader(
  spec: SourceSpec,
  file: InputFile,
  { lineLimit }: FileSourceOptions,
): Promise<void> {
  const input = unpacked(await FileInput.open(file.path), file);
  const reader = new RowReader({ input, decoder: csvDecoder(spec, file.path), file: file.path, lineLimit });
  try {
    await reader.read(1);
  } catch (error) {
    if (error instanceof MillraceError && error.exitCode === 2) throw error;
  } finally {
    await reader.close();
  }
}

const unpacked = (input: ByteInput, { packed, path }: InputFile): ByteInput =>
  packed ? new GunzipInput(input, path) : input;

class FileSource implements Source {
  readonly name: string;
  readonly replayable: boolean;
  readonly label: string;
  readonly #spec: SourceSpec;
  readonly #queue: FileQueue;
  readonly #options: FileSourceOptions;
  /** One for all files: what it learns of the producer serves the next file too. */
  readonly #ndjson: RowDecoder;
  #reader: RowReader | undefined;
  #current: { readonly path: string; readonly file: FileInput | undefined } | undefined;
  #closed = false;

  constructor(spec: SourceSpec, inputs: readonly string[], queue: FileQueue, options: FileSourceOptions) {
    this.name = spec.schema.name;
    this.replayable = !inputs.includes(STDIN);
    this.label = labelOf(inputs);
    this.#spec = spec;
    this.#queue = queue;
    this.#options = options;
    this.#ndjson = ndjsonDecoder(spec);
  }

  read(max: number): MaybePromise<SourceBatch | null> {
    if (this.#reader === undefined || this.#closed) return this.#readOn(null, max);
    try {
      const batch = this.#reader.read(max);
      // Most reads are of lines that were read from the file before.
      return isPending(batch) || batch === null ? this.#readOn(batch, max) : batch;
    } catch (error) {
      return this.#readOn(Promise.reject(error), max);
    }
  }

  /** Goes on with what the present reader answers, and from file to file. */
  async #readOn(first: MaybePromise<SourceBatch | null>, max: number): Promise<SourceBatch | null> {
    try {
      let answer = first;
      while (!this.#closed) {
        const batch = await answer;
        if (batch) return this.#closed ? null : batch;
        if (this.#reader) await this.#leave();
        if (this.#closed) return null;
        this.#reader = await this.#next();
        if (!this.#reader || this.#closed) return null;
        answer = this.#reader.read(max);
      }
      return null;
    } catch (error) {
      if (this.#closed) return null;
      // A file that came, or changed, after the inputs were checked.
      if (error instanceof MillraceError && error.exitCode === 2) throw failed(error.message, error);
      throw error;
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#reader?.close();
  }

  async #next(): Promise<RowReader | undefined> {
    const next = this.#queue.take();
    if (!next) return undefined;
    const { path, format } = next;
    const decoder = format === 'csv' ? csvDecoder(this.#spec, path) : this.#ndjson;
    const { follow = false, pollMs = 50, lineLimit } = this.#options;
    let input: ByteInput;
    if (path === STDIN) {
      this.#current = { path, file: undefined };
      input = new StreamInput(process.stdin, 'standard input');
    } else {
      const file = await FileInput.open(path);
      this.#current = { path, file };
      input = unpacked(follow ? new FollowedFile(file, this.#queue, pollMs) : file, next);
    }
    const reader = new RowReader({ input, decoder, file: path, lineLimit });
    // Closed while the file was opened: nobody else closes it.
    if (this.#closed) await reader.close();
    return reader;
  }

  async #leave(): Promise<void> {
    const { path, file } = this.#current ?? {};
    if (path !== undefined && file && this.#options.follow) this.#queue.pass(path, file.position);
    await this.#reader?.close();
    this.#reader = undefined;
  }
}

const labelOf = (inputs: readonly string[]): string =>
  inputs.map((input) => (input === STDIN ? 'standard input' : `file ${input}`)).join(', ');
