import { later } from './refusal.ts';

/** Bytes of requests that are not answered yet: no more of them are held than the limit says. */
export class Backlog {
  readonly #limit: number;
  #bytes = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Throws a Refusal (429) where there is no room. Whoever takes bytes gives them back. */
  take(bytes: number): void {
    if (this.#bytes + bytes > this.#limit)
      throw later(`more than ${this.#limit} bytes wait to be stored: send it again`, 1);
    this.#bytes += bytes;
  }

  give(bytes: number): void {
    this.#bytes -= bytes;
  }
}
