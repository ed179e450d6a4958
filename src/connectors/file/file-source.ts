import { failed, MillraceError } from '../../errors.ts';
import { isPending, type MaybePromise } from '../../maybe-promise.ts';
import type { Source, SourceBatch, SourceSpec } from '../source.ts';
import { csvDecoder } from './csv-decoder.ts';
import { type FilePosition, filePosition, filesOfPosition, positionOfFiles } from './file-position.ts';
import { FileQueue } from './file-queue.ts';
import { findInputs, type InputFile, STDIN } from './input-file.ts';
import type { LineMark } from './line-mark.ts';
import { ndjsonDecoder } from './ndjson-decoder.ts';
import { type OpenedFile, openFile } from './opened-file.ts';
import { type ResumedFiles, resumeFiles } from './resume-files.ts';
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
 * (by name). They are read one after the other. From a position: what was read before is checked, and reading goes on behind it. With
 * standard input among them positions are null, and one that is given is not looked at.
 *
 * @throws MillraceError exit 2, before anything is read: an input that is missing, unreadable, of no known kind or an empty folder; a CSV header with a repeated name;
 * exit 3: a file that was read before is not there, changed, shorter, or behind a new one.
 * While reading, exit 1: truncated or broken gzip (what was whole is delivered before), a line that is too long; exit 3: a followed file that shrank, a line that was read and goes on.
 * @example await openFileSource({ schema, keep: ['id'] }, ['orders.ndjson', 'more.csv.gz'])
 */
export async function openFileSource(
  spec: SourceSpec,
  files: readonly string[],
  options: FileSourceOptions = {},
): Promise<Source> {
  const { files: found, folders } = await findInputs(files);
  const before = spec.from && !files.includes(STDIN) ? filesOfPosition(spec.from, spec.schema.name) : [];
  const resumed = before.length > 0 ? await resumeFiles(found, before, pollOf(options)) : undefined;
  const inputs = { files: resumed?.files ?? found, folders };
  try {
    for (const file of inputs.files.slice(before.length)) await decoderBehindHeader(spec, file, options);
    const source = new FileSource(spec, files, new FileQueue(inputs, before.length), options);
    if (resumed) source.resume(resumed, await decoderBehindHeader(spec, resumed.file, options));
    return source;
  } catch (error) {
    await resumed?.opened.input.close();
    throw error;
  }
}

/** Milliseconds between two looks at the end of a file; undefined: at its end reading ends. */
const pollOf = ({ follow = false, pollMs = 50 }: FileSourceOptions): number | undefined =>
  follow ? pollMs : undefined;

/** Of a CSV file: the decoder that has read its header, and with it the first row. What is wrong behind the header has its turn later. */
async function decoderBehindHeader(
  spec: SourceSpec,
  file: InputFile,
  { lineLimit }: FileSourceOptions,
): Promise<RowDecoder | undefined> {
  if (file.format !== 'csv') return undefined;
  const { input } = await openFile(file, undefined);
  const decoder = csvDecoder(spec, file.path);
  const reader = new RowReader({ input, decoder, file: file.path, lineLimit });
  try {
    await reader.read(1);
  } catch (error) {
    if (error instanceof MillraceError && error.exitCode === 2) throw error;
  } finally {
    await reader.close();
  }
  return decoder;
}

class FileSource implements Source {
  readonly name: string;
  readonly replayable: boolean;
  readonly label: string;
  readonly #spec: SourceSpec;
  readonly #queue: FileQueue;
  readonly #options: FileSourceOptions;
  /** One for all files: what it learns of the producer serves the next file too. */
  readonly #ndjson: RowDecoder;
  /** Files that were read to their end, in order. Positions take their beginnings. */
  readonly #finished: FilePosition[] = [];
  #reader: RowReader | undefined;
  #current: { readonly path: string; readonly opened: OpenedFile | undefined } | undefined;
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
        await this.#next();
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

  /** Goes on in a file that was begun. `decoder`: one that has read the header, where it has one. */
  resume({ finished, file, was, opened }: ResumedFiles, decoder: RowDecoder = this.#ndjson): void {
    for (const one of finished) this.#leaveBehind(one);
    this.#enter(file, opened, decoder, { ...was, rows: 0 });
  }

  async #next(): Promise<void> {
    const next = this.#queue.take();
    if (!next) return;
    const decoder = next.format === 'csv' ? csvDecoder(this.#spec, next.path) : this.#ndjson;
    const opened = next.path === STDIN ? undefined : await openFile(next, pollOf(this.#options));
    const reader = this.#enter(next, opened, decoder);
    // Closed while the file was opened: nobody else closes it.
    if (this.#closed) await reader.close();
  }

  #enter(
    { path }: InputFile,
    opened: OpenedFile | undefined,
    decoder: RowDecoder,
    start?: LineMark,
  ): RowReader {
    opened?.followed?.follow(this.#queue);
    const before = this.#finished.length;
    const stamp = opened?.file.stamp;
    this.#current = { path, opened };
    this.#reader = new RowReader({
      input: opened?.input ?? new StreamInput(process.stdin, 'standard input'),
      decoder,
      file: path,
      lineLimit: this.#options.lineLimit,
      start,
      positionOf:
        this.replayable && stamp
          ? (mark) => positionOfFiles([...this.#finished.slice(0, before), filePosition(path, mark, stamp)])
          : undefined,
    });
    return this.#reader;
  }

  async #leave(): Promise<void> {
    const { path, opened } = this.#current ?? {};
    if (path !== undefined && opened && this.#reader) {
      const { file } = opened;
      this.#leaveBehind({ ...filePosition(path, this.#reader.end(), file.stamp), size: file.position });
    }
    await this.#reader?.close();
    this.#reader = undefined;
  }

  #leaveBehind(file: FilePosition): void {
    this.#finished.push(file);
    if (this.#options.follow) this.#queue.pass(file.path, file.size);
  }
}

const labelOf = (inputs: readonly string[]): string =>
  inputs.map((input) => (input === STDIN ? 'standard input' : `file ${input}`)).join(', ');
