import { createGunzip } from 'node:zlib';
import { failed, MillraceError } from '../../errors.ts';
import type { ByteInput } from './byte-input.ts';

/** Packed bytes that are handed to zlib at once. */
const PACKED = 1 << 15;

/** Whether an error of a read says that the gzip data end in the middle or are broken. */
export const isGzipFault = (error: unknown): boolean =>
  error instanceof MillraceError &&
  ((error.cause as NodeJS.ErrnoException | undefined)?.code?.startsWith('Z_') ?? false);

/** The unpacked bytes of a gzip file: members that follow one another are one. What came before a fault is delivered, then it is thrown. */
export class GunzipInput implements ByteInput {
  readonly #inner: ByteInput;
  readonly #file: string;
  readonly #gunzip = createGunzip();
  readonly #packed = Buffer.allocUnsafeSlow(PACKED);
  readonly #ready: Buffer[] = [];
  #error: Error | undefined;
  #ended = false;
  #closed = false;

  constructor(inner: ByteInput, file: string) {
    this.#inner = inner;
    this.#file = file;
    this.#gunzip.on('data', (chunk: Buffer) => this.#ready.push(chunk));
    this.#gunzip.on('error', (error) => {
      this.#error = error;
    });
  }

  async read(into: Buffer, at: number, length: number): Promise<number> {
    while (this.#ready.length === 0) {
      if (this.#error) throw this.#fault(this.#error);
      if (this.#ended || this.#closed) return 0;
      await this.#unpack();
    }
    const chunk = this.#ready[0] as Buffer;
    const n = chunk.copy(into, at, 0, length);
    if (n === chunk.length) this.#ready.shift();
    else this.#ready[0] = chunk.subarray(n);
    return n;
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#gunzip.destroy();
    await this.#inner.close();
  }

  async #unpack(): Promise<void> {
    const n = await this.#inner.read(this.#packed, 0, PACKED);
    if (this.#closed) return;
    await new Promise<void>((resolve) => {
      const done = (): void => resolve();
      this.#gunzip.once('close', done);
      if (n > 0)
        this.#gunzip.write(this.#packed.subarray(0, n), () => {
          this.#gunzip.off('close', done);
          resolve();
        });
      else {
        this.#ended = true;
        this.#gunzip.end();
      }
    });
  }

  #fault(error: Error): Error {
    const truncated = (error as NodeJS.ErrnoException).code === 'Z_BUF_ERROR';
    return failed(
      truncated
        ? `${this.#file}: the gzip data ends in the middle: the file is truncated`
        : `${this.#file}: broken gzip data (${error.message})`,
      error,
    );
  }
}
