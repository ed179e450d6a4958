import { type FileHandle, open } from 'node:fs/promises';
import { failed } from '../../errors.ts';
import type { ByteInput } from './byte-input.ts';
import { type FileStamp, stampOf } from './file-stamp.ts';

/** The bytes of a file, to its end as it is now: from its beginning, or from where `seek` says. */
export class FileInput implements ByteInput {
  readonly path: string;
  /** The file as it was when it was opened, before anything was read. */
  readonly stamp: FileStamp;
  readonly #handle: FileHandle;
  #position = 0;
  #closed = false;

  private constructor(path: string, handle: FileHandle, stamp: FileStamp) {
    this.path = path;
    this.stamp = stamp;
    this.#handle = handle;
  }

  static async open(path: string): Promise<FileInput> {
    let handle: FileHandle | undefined;
    try {
      handle = await open(path, 'r');
      return new FileInput(path, handle, stampOf(await handle.stat(), Date.now()));
    } catch (error) {
      await handle?.close();
      throw failed(`${path}: cannot be opened (${(error as NodeJS.ErrnoException).code})`, error);
    }
  }

  /** The byte that is read next. */
  get position(): number {
    return this.#position;
  }

  /** Goes to a byte. */
  seek(position: number): void {
    this.#position = position;
  }

  async read(into: Buffer, at: number, length: number): Promise<number> {
    if (this.#closed) return 0;
    try {
      const { bytesRead } = await this.#handle.read(into, at, length, this.#position);
      this.#position += bytesRead;
      return bytesRead;
    } catch (error) {
      throw failed(
        `${this.path}, byte ${this.#position}: cannot be read (${(error as NodeJS.ErrnoException).code})`,
        error,
      );
    }
  }

  /** Size and identity of the opened file, as it is now. */
  async stat(): Promise<{ readonly size: number; readonly ino: number; readonly dev: number }> {
    return this.#handle.stat();
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#handle.close();
  }
}
