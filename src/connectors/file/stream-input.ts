import type { Readable } from 'node:stream';
import { failed } from '../../errors.ts';
import type { ByteInput } from './byte-input.ts';

/** The bytes of a Node stream: standard input. */
export class StreamInput implements ByteInput {
  readonly #stream: Readable;
  readonly #name: string;
  #rest: Buffer = Buffer.alloc(0);
  #error: Error | undefined;
  #wake = (): void => {};

  constructor(stream: Readable, name: string) {
    this.#stream = stream;
    this.#name = name;
    stream.on('error', (error) => {
      this.#error = error;
    });
    for (const event of ['readable', 'end', 'close', 'error']) stream.on(event, () => this.#wake());
  }

  async read(into: Buffer, at: number, length: number): Promise<number> {
    while (this.#rest.length === 0) {
      const chunk: Buffer | null = this.#stream.destroyed ? null : this.#stream.read();
      if (chunk !== null) this.#rest = chunk;
      else if (this.#error) throw failed(`${this.#name}: cannot be read`, this.#error);
      else if (this.#stream.destroyed || this.#stream.readableEnded) return 0;
      else
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
    }
    const n = this.#rest.copy(into, at, 0, length);
    this.#rest = this.#rest.subarray(n);
    return n;
  }

  async close(): Promise<void> {
    this.#stream.destroy();
    this.#wake();
  }
}
