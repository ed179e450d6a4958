import { failed, MillraceError } from '../../errors.ts';
import { sleep } from '../sleep.ts';
import type { DurableCommits } from '../topic/durable-commits.ts';
import { RecordBuffer } from '../topic/record-buffer.ts';
import type { Offsets } from '../topic/topic-position.ts';
import type { TopicFeed } from '../topic/topic-source.ts';
import type { ArrivalTimes } from './arrival-times.ts';
import { DataHubFault } from './datahub-fault.ts';
import type { DataHubPort } from './datahub-port.ts';
import type { DataHubRecord } from './datahub-record.ts';
import type { ShardFamily } from './shard-family.ts';
import { ShardOutages, type ShardOutagesParts } from './shard-outages.ts';
import { goneLine } from './shard-places.ts';
import { ShardReader, type ShardRecords } from './shard-reader.ts';

/** How long a shard without new records is left alone, since the service answers at once: milliseconds. */
const IDLE = 200;
/** What the look for new shards is called among the shards that are tried. */
const LIST = 'shards';

/** What a feed is made of. */
export interface DataHubFeedParts extends ShardOutagesParts {
  readonly port: DataHubPort;
  readonly topic: string;
  readonly family: ShardFamily;
  /** The sequence that each shard is read from; others: from their oldest record. */
  readonly from: ReadonlyMap<string, number>;
  /** Where shards end; undefined: they do not, and new ones are looked for. */
  readonly ends: ReadonlyMap<string, number> | undefined;
  readonly maxFetchSize: number;
  readonly maxBufferSize: number;
  readonly discoveryMs: number;
  readonly times: ArrivalTimes;
  readonly commits: DurableCommits | undefined;
}

/** Reads the shards of a topic: a loop for each, which waits while the buffer is full. */
export class DataHubFeed implements TopicFeed<DataHubRecord> {
  readonly #parts: DataHubFeedParts;
  readonly #buffer: RecordBuffer<DataHubRecord>;
  readonly #outages: ShardOutages;
  readonly #closing = new AbortController();
  readonly #loops = new Map<string, Promise<void>>();
  #discovery: Promise<void> | undefined;

  constructor(parts: DataHubFeedParts) {
    this.#parts = parts;
    this.#buffer = new RecordBuffer(parts.maxBufferSize, () => 1);
    this.#outages = new ShardOutages(parts);
    this.#startReady();
    if (parts.ends === undefined) this.#discovery = this.#discover();
  }

  next(): Promise<readonly DataHubRecord[] | null> {
    return this.#buffer.take();
  }

  durable(offsets: Offsets): void {
    this.#parts.commits?.commit(offsets);
  }

  async close(): Promise<void> {
    this.#closing.abort();
    this.#buffer.close();
    await this.#parts.commits?.close();
    this.#parts.port.close();
    await Promise.all([this.#discovery, ...this.#loops.values()]);
  }

  get #closed(): boolean {
    return this.#closing.signal.aborted;
  }

  /** Starts a loop for each shard whose turn it is; without any the feed is at its end. */
  #startReady(): void {
    if (this.#closed) return;
    for (const shard of this.#parts.family.ready()) {
      // Registered before it runs, for it takes itself off the list.
      const loop = Promise.resolve().then(() => this.#serve(shard));
      this.#loops.set(shard, loop);
    }
    if (this.#loops.size === 0 && this.#parts.ends !== undefined) this.#buffer.end();
  }

  async #serve(shard: string): Promise<void> {
    const reader = new ShardReader({ ...this.#parts, shard, from: this.#parts.from.get(shard) });
    while (!this.#closed) {
      await this.#buffer.room();
      if (this.#closed) break;
      try {
        if (await this.#step(shard, reader)) break;
        this.#outages.back(shard);
      } catch (error) {
        if (!(await this.#wait(shard, error))) break;
      }
    }
    this.#outages.back(shard);
    this.#loops.delete(shard);
    this.#startReady();
  }

  /** Reads once more. @returns true: the shard is read to its end */
  async #step(shard: string, reader: ShardReader): Promise<boolean> {
    const { ends, family } = this.#parts;
    const end = ends?.get(shard) ?? Number.POSITIVE_INFINITY;
    if ((reader.next ?? 0) < end) {
      // Asked before: what is closed by then gets no record after it.
      const final = ends !== undefined || family.isClosed(shard);
      const found = await this.#read(shard, reader);
      if (found !== undefined) {
        this.#take(shard, found, end);
        const isEmpty = found.caughtUp && found.records.length === 0;
        if (!(isEmpty && final) && (reader.next ?? 0) < end) {
          if (found.caughtUp) await sleep(IDLE, this.#closing.signal);
          return false;
        }
      }
    }
    // What follows it is on the list only now.
    if (ends === undefined) await this.#refresh();
    family.drain(shard);
    return true;
  }

  #take(shard: string, { records }: ShardRecords, end: number): void {
    const last = records.at(-1);
    if (last !== undefined) this.#parts.times.note(shard, last.offset, last.time);
    this.#buffer.put(records.filter(({ offset }) => offset < end));
  }

  /** Undefined: there will be no more. */
  async #read(shard: string, reader: ShardReader): Promise<ShardRecords | undefined> {
    try {
      return await reader.read(this.#parts.maxFetchSize);
    } catch (error) {
      if (!(error instanceof DataHubFault)) throw error;
      if (error.kind === 'sealed') return undefined;
      if (error.kind !== 'missing') throw error;
      const { source, topic, log, port, family } = this.#parts;
      const listed = await port.shards();
      // Of a shard that was just made the service may not know yet.
      if (listed.some(({ id }) => id === shard)) throw new DataHubFault('away', error.reason, error.code);
      family.list(listed);
      log(goneLine(source, topic, shard, reader.next ?? 0));
      return undefined;
    }
  }

  /** Waits after an error; false: it ends the feed. */
  async #wait(shard: string, error: unknown): Promise<boolean> {
    if (this.#closed) return false;
    const { source, label } = this.#parts;
    try {
      if (!(error instanceof DataHubFault) || error.kind !== 'away') throw error;
      await sleep(this.#outages.lost(shard, error), this.#closing.signal);
      return true;
    } catch (reason) {
      const { message } = reason as Error;
      this.#buffer.end(
        reason instanceof MillraceError ? reason : failed(`source '${source}': ${label}: ${message}`, reason),
      );
      // The other shards are not read for nobody.
      this.#closing.abort();
      return false;
    }
  }

  /** Asks which shards there are; new ones are read from their beginning, each in its turn. */
  async #refresh(): Promise<void> {
    const { port, family, topic, source, log } = this.#parts;
    const added = family.list(await port.shards());
    if (added.length > 0) log(`source '${source}': ${topic} has new shards: ${added.join(', ')}`);
    this.#startReady();
  }

  async #discover(): Promise<void> {
    for (;;) {
      await sleep(this.#parts.discoveryMs, this.#closing.signal);
      if (this.#closed) return;
      try {
        await this.#refresh();
        this.#outages.back(LIST);
      } catch (error) {
        if (!(await this.#wait(LIST, error))) return;
      }
    }
  }
}
