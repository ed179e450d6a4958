import { stat } from 'node:fs/promises';
import { refused } from '../../errors.ts';
import type { ByteInput } from './byte-input.ts';
import type { FileInput } from './file-input.ts';
import type { FileQueue } from './file-queue.ts';

/** Every so many polls the files before this one are looked at. */
const CHECK_EVERY = 20;

/** A file whose end, once it is followed, is waited at for more, until the queue has a file behind it. */
export class FollowedFile implements ByteInput {
  readonly #file: FileInput;
  #queue: FileQueue | undefined;
  readonly #pollMs: number;
  #polls = 0;
  #last = false;
  #closed = false;
  #wake = (): void => {};

  constructor(file: FileInput, pollMs: number) {
    this.#file = file;
    this.#pollMs = pollMs;
  }

  /** From here on its end is waited at. */
  follow(queue: FileQueue): void {
    this.#queue = queue;
  }

  async read(into: Buffer, at: number, length: number): Promise<number> {
    for (;;) {
      const n = await this.#file.read(into, at, length);
      if (n > 0 || this.#closed || this.#last || !this.#queue) return n;
      await this.#check(this.#queue);
      // What was written before the next file came is still read: once more to the end.
      if (await this.#queue.hasMore()) this.#last = true;
      else await this.#sleep();
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#wake();
    await this.#file.close();
  }

  async #check(queue: FileQueue): Promise<void> {
    const { path, position } = this.#file;
    const opened = await this.#file.stat();
    if (opened.size < position)
      throw refused(
        `${path}: shrank while it was followed: ${position} bytes were read, it has ${opened.size} now`,
      );
    const named = await stat(path).catch(() => undefined);
    if (!named || named.ino !== opened.ino || named.dev !== opened.dev)
      throw refused(`${path}: ${named ? 'replaced by another file' : 'removed'} while it was followed`);
    if (this.#polls++ % CHECK_EVERY === 0) await queue.checkPassed();
  }

  async #sleep(): Promise<void> {
    if (this.#closed) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, this.#pollMs);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
