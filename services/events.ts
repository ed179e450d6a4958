import { StringDecoder } from 'node:string_decoder';
import kafkajs from 'kafkajs';
import { schemas } from '../jobs/catalog.ts';
import { EventInput } from '../src/connectors/generator/event-input.ts';
import type { SourceSchema } from '../src/plan/schema.ts';
import { SEED } from './dimensions.ts';

/** What is sent where. */
export interface EventsOptions {
  readonly brokers: readonly string[];
  /** Events of each source. */
  readonly rows: number;
  /** Default: all of the catalog. */
  readonly sources?: readonly string[];
  readonly log: (line: string) => void;
}

/** Partitions of a topic that is made. */
const PARTITIONS = 4;
/** Bytes that are read, and sent, at once. */
const BLOCK = 256 * 1024;
const DAY = 86_400_000;

/** What events of one key have in common: what it says arrives in order. */
const KEYS: Readonly<Record<string, readonly string[]>> = {
  user_order: ['id'],
  update_info: ['id'],
  user_log: ['account_id', 'device_id'],
};

/** Makes the topics of the catalog's sources where they are missing, and sends generated events of the last day to them, a few bad ones among them. */
export async function sendEvents({ brokers, rows, sources, log }: EventsOptions): Promise<void> {
  const kafka = new kafkajs.Kafka({ brokers: [...brokers], clientId: 'millrace-events', logLevel: 0 });
  const admin = kafka.admin();
  const producer = kafka.producer({ createPartitioner: kafkajs.Partitioners.DefaultPartitioner });
  await Promise.all([admin.connect(), producer.connect()]);
  try {
    for (const schema of schemas.sources) {
      if (sources !== undefined && !sources.includes(schema.name)) continue;
      const topic = String(schema.options.topic ?? schema.name);
      await admin.createTopics({ topics: [{ topic, numPartitions: PARTITIONS }], waitForLeaders: true });
      let sent = 0;
      for await (const lines of generated(schema, rows)) {
        const messages = lines.map((value) => ({ key: keyOf(schema.name, value), value }));
        await producer.send({ topic, messages });
        sent += lines.length;
      }
      log(`${topic}: ${sent.toLocaleString('en')} events`);
    }
  } finally {
    await Promise.all([admin.disconnect(), producer.disconnect()]);
  }
}

/** Lines of generated events, some at a time. */
async function* generated({ columns }: SourceSchema, rows: number): AsyncGenerator<string[]> {
  const to = Date.now();
  const options = { seed: SEED, rows, from: to - DAY, to, badRows: 3, ratePerSecond: null };
  const input = new EventInput(columns, options);
  const block = Buffer.alloc(BLOCK);
  const decoder = new StringDecoder('utf8');
  let rest = '';
  for (;;) {
    const n = await input.read(block, 0, BLOCK);
    if (n === 0) return;
    const lines = (rest + decoder.write(block.subarray(0, n))).split('\n');
    rest = lines.pop() as string;
    if (lines.length > 0) yield lines;
  }
}

/** The message's key: the first of its columns that has a value. A line that is none has no key. */
function keyOf(source: string, line: string): string | null {
  try {
    const event = JSON.parse(line) as Readonly<Record<string, unknown>>;
    const key = KEYS[source]?.map((name) => event[name]).find((value) => value !== null);
    return key === undefined ? null : String(key);
  } catch {
    return null;
  }
}
