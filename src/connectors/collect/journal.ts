import { type FileHandle, open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type Disk, syncFolder } from './disk.ts';
import { type Frame, type FrameHead, frameBytes, frameLength, frameOf, PREFIX } from './journal-frame.ts';

/**
 * The hidden file that a segment's lines are written to first: what stands in it is durable, and only that is shown in the segment.
 * Its first frame has no lines.
 */
export class Journal {
  readonly #file: FileHandle;
  readonly #disk: Disk;
  /** All before this place is durable. */
  #length: number;
  /** Something may stand behind that place. */
  #torn = false;

  private constructor(file: FileHandle, disk: Disk, length: number) {
    this.#file = file;
    this.#disk = disk;
    this.#length = length;
  }

  /** Makes a journal; after a crash it is there whole or not at all. */
  static async create(path: string, first: FrameHead, disk: Disk): Promise<Journal> {
    const bytes = frameBytes({ head: first, lines: Buffer.alloc(0) });
    const file = await open(`${path}.new`, 'w+');
    try {
      await disk.write(file, bytes, 0);
      await disk.sync(file);
      await rename(`${path}.new`, path);
      await syncFolder(dirname(path));
    } catch (error) {
      await file.close();
      throw error;
    }
    return new Journal(file, disk, bytes.length);
  }

  /** Opens a journal; each of its frames is handed to `take`, in order. What a crash has torn, which nobody was told to be stored, is cut off before anything is appended. */
  static async open(path: string, disk: Disk, take: (frame: Frame) => Promise<void>): Promise<Journal> {
    const file = await open(path, 'r+');
    try {
      const { size } = await file.stat();
      let at = 0;
      for (;;) {
        const bytes = await readFrame(file, at, size);
        const frame = bytes && frameOf(bytes);
        if (bytes === undefined || frame === undefined) break;
        await take(frame);
        at += bytes.length;
      }
      const journal = new Journal(file, disk, at);
      journal.#torn = at < size;
      return journal;
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  /** Writes frames: all of them are durable once it answers; where it throws, none is stored. */
  async append(frames: readonly Buffer[]): Promise<void> {
    await this.#mend();
    const bytes = frames.length === 1 ? (frames[0] as Buffer) : Buffer.concat(frames);
    this.#torn = true;
    try {
      await this.#disk.write(this.#file, bytes, this.#length);
      await this.#disk.sync(this.#file);
    } catch (error) {
      // Else a later start would find frames whose senders were told that they are not stored.
      await this.#mend().catch(() => {});
      throw error;
    }
    this.#torn = false;
    this.#length += bytes.length;
  }

  close(): Promise<void> {
    return this.#file.close();
  }

  /** Cuts off what a failed write has left. */
  async #mend(): Promise<void> {
    if (!this.#torn) return;
    await this.#file.truncate(this.#length);
    await this.#disk.sync(this.#file);
    this.#torn = false;
  }
}

async function readFrame(file: FileHandle, at: number, size: number): Promise<Buffer | undefined> {
  if (at + PREFIX > size) return undefined;
  const length = frameLength(await readAt(file, at, PREFIX));
  return at + length > size ? undefined : readAt(file, at, length);
}

/** The bytes at a place, which the file must have. */
export async function readAt(file: FileHandle, at: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  for (let done = 0; done < length; ) {
    const { bytesRead } = await file.read(bytes, done, length - done, at + done);
    if (bytesRead === 0) throw new Error(`ends before byte ${at + length}`);
    done += bytesRead;
  }
  return bytes;
}
