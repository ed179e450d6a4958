import { constants, type FileHandle, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { refused } from '../../errors.ts';
import { type Disk, syncFolder } from './disk.ts';
import { Journal, readAt } from './journal.ts';
import { type Frame, type FrameHead, frameBytes } from './journal-frame.ts';

/** Digits of a segment's number: names sort in order. */
const DIGITS = 12;

/** `000000000001.ndjson`. */
const segmentName = (number: number): string => `${String(number).padStart(DIGITS, '0')}.ndjson`;

/** `.000000000001.journal`: hidden, so that nobody takes it for rows. */
const journalName = (number: number): string => `.${String(number).padStart(DIGITS, '0')}.journal`;

/** Where segments are, and on what disk. */
export interface Place {
  readonly folder: string;
  readonly disk: Disk;
}

/**
 * The segment that is written. Lines go into its journal, and once they are durable there into the file that jobs read: a reader never sees
 * what a crash could take away, no byte of the file ever changes, and a torn line gets what it lacks from the journal.
 */
export class Segment {
  readonly number: number;
  readonly #place: Place;
  readonly #journal: Journal;
  readonly #file: FileHandle;
  /** Bytes of the file that are there; the next ones are those of `rest`. */
  #shown: number;
  #rest: Buffer[] = [];
  /** When its first event was taken; undefined: it has none. */
  #since: number | undefined;

  private constructor(
    number: number,
    place: Place,
    parts: { journal: Journal; file: FileHandle; shown: number; since: number | undefined },
  ) {
    this.number = number;
    this.#place = place;
    this.#journal = parts.journal;
    this.#file = parts.file;
    this.#shown = parts.shown;
    this.#since = parts.since;
  }

  /** Begins a segment, which jobs find as an empty file. */
  static async create(number: number, first: FrameHead, place: Place): Promise<Segment> {
    const journal = await Journal.create(join(place.folder, journalName(number)), first, place.disk);
    await journal.close();
    return Segment.open(number, place, () => {});
  }

  /**
   * Opens a segment that an earlier run began, and shows what its journal has more than its file. `take` is handed the head of each frame.
   *
   * @throws MillraceError (exit 3) where the file has what the journal has not: somebody else wrote to it, or the disk lost the journal's end
   */
  static async open(number: number, place: Place, take: (head: FrameHead) => void): Promise<Segment> {
    const { folder, disk } = place;
    const path = join(folder, segmentName(number));
    const file = await open(path, constants.O_RDWR | constants.O_CREAT);
    try {
      await syncFolder(folder);
      const { size } = await file.stat();
      let shown = 0;
      let since: number | undefined;
      const journal = await Journal.open(join(folder, journalName(number)), disk, async ({ head, lines }) => {
        take(head);
        if (head.events > 0) since ??= head.at;
        await show(disk, file, lines, shown, size);
        shown += lines.length;
      });
      if (shown >= size) return new Segment(number, place, { journal, file, shown, since });
      await journal.close();
      throw refused(
        `${path}: has ${size} bytes, its journal ${join(folder, journalName(number))} ${shown}: somebody else wrote to it, or the disk lost a part of the journal. Check the file's last lines, delete the journal, and a new file is begun behind this one`,
      );
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  /** Bytes of its lines. */
  get size(): number {
    return this.#shown + this.#rest.reduce((sum, { length }) => sum + length, 0);
  }

  /** Epoch milliseconds of its first event; undefined where it has none. */
  get since(): number | undefined {
    return this.#since;
  }

  /** Is there something that is durable, and not shown? */
  get owes(): boolean {
    return this.#rest.length > 0;
  }

  /** Stores frames: they are durable once it answers, and shown by the next `show`. Where it throws, none is stored. */
  async append(frames: readonly Frame[]): Promise<void> {
    await this.#journal.append(frames.map(frameBytes));
    for (const { head, lines } of frames) {
      if (head.events === 0) continue;
      this.#since ??= head.at;
      this.#rest.push(lines);
    }
  }

  /** Shows what is durable to the readers of the file. Where it throws, it may be called again. */
  async show(): Promise<void> {
    if (this.#rest.length === 0) return;
    const bytes = this.#rest.length === 1 ? (this.#rest[0] as Buffer) : Buffer.concat(this.#rest);
    this.#rest = [bytes];
    await this.#place.disk.write(this.#file, bytes, this.#shown);
    this.#shown += bytes.length;
    this.#rest = [];
  }

  /** Makes the file durable: its journal is not needed any more. */
  async seal(): Promise<void> {
    await this.show();
    await this.#place.disk.sync(this.#file);
  }

  /** Deletes the journal of a segment that is sealed, and closes it. */
  async leave(): Promise<void> {
    await this.close();
    await rm(join(this.#place.folder, journalName(this.number)), { force: true });
  }

  async close(): Promise<void> {
    await this.#journal.close();
    await this.#file.close();
  }
}

/** Writes lines to their place in the file, of which `size` bytes are there, unless they stand there already. */
async function show(disk: Disk, file: FileHandle, lines: Buffer, at: number, size: number): Promise<void> {
  const there = Math.max(0, Math.min(lines.length, size - at));
  // After a power cut the file may have lost what readers saw: the journal has it, byte by byte.
  const same = there > 0 && (await readAt(file, at, there)).equals(lines.subarray(0, there));
  const from = same ? there : 0;
  if (from < lines.length) await disk.write(file, lines.subarray(from), at + from);
}
