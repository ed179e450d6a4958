import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type RunningKafka, startKafka } from '../services/kafka.mjs';
import { sendLines } from '../services/send-lines.ts';
import { DATA_SETS, type JobName } from './data/data-set.ts';
import type { Topic } from './group.ts';

/** Messages that are sent at once. */
const AT_ONCE = 2000;

/** Topics of a broker of the bench's own, started when the first is asked for. */
export class DataTopics {
  readonly #folder: string;
  readonly #filled = new Map<string, Topic>();
  #broker: RunningKafka | undefined;

  /** @param folder for the broker's files */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** The topic with the events of a file. */
  async of(job: JobName, file: string): Promise<Topic> {
    const known = this.#filled.get(file);
    if (known !== undefined) return known;
    this.#broker ??= await startKafka({ directory: join(this.#folder, 'kafka') });
    const { brokers } = this.#broker;
    const topic = { brokers, name: `events-${this.#filled.size}` };
    const { source } = DATA_SETS[job];
    await sendLines({ brokers, topic: topic.name, source, lines: linesOf(file) });
    this.#filled.set(file, topic);
    return topic;
  }

  async close(): Promise<void> {
    await this.#broker?.stop('SIGKILL');
  }
}

async function* linesOf(file: string): AsyncGenerator<string[]> {
  let some: string[] = [];
  for await (const line of createInterface({ input: createReadStream(file) })) {
    if (some.push(line) < AT_ONCE) continue;
    yield some;
    some = [];
  }
  if (some.length > 0) yield some;
}
