import { type FileHandle, open } from 'node:fs/promises';
import { failed } from '../../errors.ts';
import type { ByteInput } from './byte-input.ts';

/** The bytes of a file, to its end as it is now. */
export class FileInput implements ByteInput {
  readonly path: string;
  readonly #handle: FileHandle;
  #position = 0;
  #closed = false;

  private constructor(path: string, handle: FileHandle) {
    this.path = path;
    this.#handle = handle;
  }

  static async open(path: string): Promise<FileInput> {
    try {
      return new FileInput(path, await open(path, 'r'));
    } catch (error) {
      throw failed(`${path}: cannot be opened (${(error as NodeJS.ErrnoException).code})`, error);
    }
  }

  /** How many bytes were read. */
  get position(): number {
    return this.#position;
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
