import { StringDecoder } from 'node:string_decoder';
import { schemas } from '../jobs/catalog.ts';
import { EventInput } from '../src/connectors/generator/event-input.ts';
import type { SourceSchema } from '../src/plan/schema.ts';
import { SEED } from './dimensions.ts';
import { sendLines } from './send-lines.ts';

/** What is sent where. */
export interface EventsOptions {
  readonly brokers: readonly string[];
  /** Events of each source. */
  readonly rows: number;
  readonly log: (line: string) => void;
}

/** Bytes that are read, and sent, at once. */
const BLOCK = 256 * 1024;
const DAY = 86_400_000;

/** Sends generated events of the last day to the topics of the catalog's sources, a few bad ones among them. */
export async function sendEvents({ brokers, rows, log }: EventsOptions): Promise<void> {
  for (const schema of schemas.sources) {
    const topic = String(schema.options.topic ?? schema.name);
    const sent = await sendLines({ brokers, topic, source: schema.name, lines: generated(schema, rows) });
    log(`${topic}: ${sent.toLocaleString('en')} events`);
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
