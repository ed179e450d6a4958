import type { Offsets } from '../topic/topic-position.ts';
import type { KafkaFault } from './kafka-fault.ts';
import type { KafkaPort } from './kafka-port.ts';
import { sleep } from './sleep.ts';

/** Least time between two commits, and what the last one gets at the end: milliseconds. */
const EVERY = 1000;
const GRACE = 2000;

/** Tells a consumer group what is durable: the latest offsets, at most once a second. What goes wrong is said once for each reason. */
export class GroupCommits {
  readonly #port: KafkaPort;
  readonly #groupId: string;
  readonly #log: (line: string) => void;
  readonly #closing = new AbortController();
  #wanted: Offsets | undefined;
  #work: Promise<void> | undefined;
  #told: string | undefined;

  constructor(port: KafkaPort, groupId: string, log: (line: string) => void) {
    this.#port = port;
    this.#groupId = groupId;
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
    const grace = new AbortController();
    await Promise.race([this.#work, sleep(GRACE, grace.signal)]);
    grace.abort();
  }

  async #run(): Promise<void> {
    for (let offsets = this.#wanted; offsets !== undefined; offsets = this.#wanted) {
      this.#wanted = undefined;
      const by = Object.entries(offsets).map(([partition, offset]) => [Number(partition), offset] as const);
      try {
        await this.#port.commit(this.#groupId, new Map(by));
        this.#told = undefined;
      } catch (error) {
        const { message } = error as KafkaFault;
        if (this.#told !== message)
          this.#log(`consumer group ${this.#groupId} is not told what is durable: ${message}`);
        this.#told = message;
      }
      await sleep(EVERY, this.#closing.signal);
    }
    this.#work = undefined;
  }
}
