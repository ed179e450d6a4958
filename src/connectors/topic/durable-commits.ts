import { sleep } from '../sleep.ts';
import type { Offsets } from './topic-position.ts';

/** Least time between two commits; at the end, what the last one gets, and how often it is tried in that: milliseconds. */
const EVERY = 1000;
const GRACE = 2000;
const LAST_EVERY = 100;
/** Tries in a row that fail before a person is told: the coordinator of a new group takes a moment. */
const PATIENCE = 3;

/** Tells a broker what is durable: the latest offsets, at most once a second. What goes wrong is said once for each reason. */
export class DurableCommits {
  readonly #send: (offsets: Offsets) => Promise<void>;
  readonly #whom: string;
  readonly #log: (line: string) => void;
  readonly #closing = new AbortController();
  /** No more tries. */
  readonly #ended = new AbortController();
  #wanted: Offsets | undefined;
  #work: Promise<void> | undefined;
  #failures = 0;
  #told: string | undefined;

  /** `send`: one try. `whom`: who is told, for a line that a person reads. */
  constructor(whom: string, send: (offsets: Offsets) => Promise<void>, log: (line: string) => void) {
    this.#whom = whom;
    this.#send = send;
    this.#log = log;
  }

  /** Never throws. */
  commit(offsets: Offsets): void {
    this.#wanted = offsets;
    this.#work ??= this.#run();
  }

  /** Sends what is still to be sent, for at most two seconds. */
  async close(): Promise<void> {
    this.#closing.abort();
    const timer = setTimeout(() => this.#ended.abort(), GRACE);
    await Promise.race([this.#work, sleep(GRACE, this.#ended.signal)]);
    this.#ended.abort();
    clearTimeout(timer);
  }

  async #run(): Promise<void> {
    for (let offsets = this.#wanted; offsets !== undefined; offsets = this.#wanted) {
      this.#wanted = undefined;
      await this.#try(offsets);
      await sleep(EVERY, this.#closing.signal);
      if (this.#wanted !== undefined && this.#closing.signal.aborted)
        await sleep(LAST_EVERY, this.#ended.signal);
      if (this.#ended.signal.aborted) return;
    }
    this.#work = undefined;
  }

  async #try(offsets: Offsets): Promise<void> {
    try {
      await this.#send(offsets);
      this.#failures = 0;
      this.#told = undefined;
    } catch (error) {
      this.#wanted ??= offsets;
      const { message } = error as Error;
      if (++this.#failures < PATIENCE || this.#told === message || this.#ended.signal.aborted) return;
      this.#told = message;
      this.#log(`${this.#whom} is not told what is durable: ${message}`);
    }
  }
}
