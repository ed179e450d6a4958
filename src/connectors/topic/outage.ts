const FIRST_PAUSE = 100;
const LONGEST_PAUSE = 5000;

/** A broker that is away: says so once for each reason, and when it is back. */
export class Outage {
  readonly #label: string;
  readonly #log: (line: string) => void;
  readonly #longest: number;
  #pause: number;
  #since = 0;
  readonly #told = new Set<string>();

  /** `longest`: most milliseconds between two tries. */
  constructor(label: string, log: (line: string) => void, longest = LONGEST_PAUSE) {
    this.#label = label;
    this.#log = log;
    this.#longest = longest;
    this.#pause = Math.min(FIRST_PAUSE, longest);
  }

  /** Is it away? */
  get open(): boolean {
    return this.#told.size > 0;
  }

  /** One more try that did not work; answers how many milliseconds to wait before the next. */
  lost({ message }: Error): number {
    if (!this.open) this.#since = performance.now();
    // Of several brokers each has its own reason, in turn.
    if (!this.#told.has(message)) this.#log(`${this.#label}: ${message}; waiting until it is back`);
    this.#told.add(message);
    const pause = this.#pause;
    this.#pause = Math.min(2 * pause, this.#longest);
    return pause;
  }

  /** A try that worked. */
  back(): void {
    if (!this.open) return;
    this.#log(`${this.#label}: back after ${Math.round((performance.now() - this.#since) / 100) / 10} s`);
    this.#told.clear();
    this.#pause = Math.min(FIRST_PAUSE, this.#longest);
  }
}
