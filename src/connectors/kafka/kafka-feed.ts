import { failed, MillraceError } from '../../errors.ts';
import { sleep } from '../sleep.ts';
import type { DurableCommits } from '../topic/durable-commits.ts';
import { Outage } from '../topic/outage.ts';
import { RecordBuffer } from '../topic/record-buffer.ts';
import type { Offsets } from '../topic/topic-position.ts';
import type { TopicFeed } from '../topic/topic-source.ts';
import { KafkaFault } from './kafka-fault.ts';
import type { Fetched, KafkaPort, KafkaRecord, Wanted } from './kafka-port.ts';
import { withinLog } from './log-bounds.ts';

/** How soon a leader is looked for: milliseconds. */
const TICK = 500;
/** Bytes that a record takes beside its key and its value, about. */
const OVERHEAD = 100;

const sizeOf = ({ key, value }: KafkaRecord): number => OVERHEAD + (key?.length ?? 0) + (value?.length ?? 0);

/** What a feed is made of. */
export interface KafkaFeedParts {
  readonly port: KafkaPort;
  /** The source's name in the catalog. */
  readonly source: string;
  readonly topic: string;
  /** The cluster, for lines that a person reads. */
  readonly label: string;
  readonly log: (line: string) => void;
  /** The node that leads each partition. */
  readonly leaders: ReadonlyMap<number, number>;
  /** The offset that each partition is read from. */
  readonly from: ReadonlyMap<number, number>;
  /** Where partitions end; undefined: they do not, and new ones are looked for. */
  readonly ends: ReadonlyMap<number, number> | undefined;
  readonly discoveryMs: number;
  /** Bytes at which nothing more is read ahead. */
  readonly maxBytes: number;
  readonly commits: DurableCommits | undefined;
}

/** Reads the partitions of a topic: a loop for each node that leads some, which waits while the buffer is full. */
export class KafkaFeed implements TopicFeed<KafkaRecord> {
  readonly #parts: KafkaFeedParts;
  readonly #buffer: RecordBuffer<KafkaRecord>;
  readonly #closing = new AbortController();
  /** The offset that is fetched next. */
  readonly #next: Map<number, number>;
  #leaders: ReadonlyMap<number, number>;
  /** Partitions that a fetch is under way for: none is read by two nodes at once while it moves. */
  readonly #busy = new Set<number>();
  readonly #nodes = new Map<number, Promise<void>>();
  #discovery: Promise<void> | undefined;

  constructor(parts: KafkaFeedParts) {
    this.#parts = parts;
    this.#buffer = new RecordBuffer(parts.maxBytes, sizeOf);
    this.#next = new Map(parts.from);
    this.#leaders = parts.leaders;
    this.#serveAll();
    if (this.#atEnd()) this.#buffer.end();
    else this.#discovery = this.#discover();
  }

  next(): Promise<readonly KafkaRecord[] | null> {
    return this.#buffer.take();
  }

  durable(offsets: Offsets): void {
    this.#parts.commits?.commit(offsets);
  }

  async close(): Promise<void> {
    this.#closing.abort();
    this.#buffer.close();
    await this.#parts.commits?.close();
    await this.#parts.port.close();
    await Promise.all([this.#discovery, ...this.#nodes.values()]);
  }

  get #closed(): boolean {
    return this.#closing.signal.aborted;
  }

  #atEnd(): boolean {
    return (
      this.#parts.ends !== undefined && [...this.#next.keys()].every((partition) => this.#ended(partition))
    );
  }

  #ended(partition: number): boolean {
    const { ends } = this.#parts;
    return ends !== undefined && (this.#next.get(partition) ?? 0) >= (ends.get(partition) ?? 0);
  }

  /** Starts a loop for each node that leads partitions and has none. */
  #serveAll(): void {
    for (const node of new Set(this.#leaders.values()))
      if (node >= 0 && !this.#nodes.has(node) && this.#wanted(node).length > 0 && !this.#closed) {
        const outage = new Outage(this.#parts.label, this.#parts.log);
        // Registered before it runs, for it takes itself off the list.
        const loop = Promise.resolve().then(() => this.#serve(node, outage));
        this.#nodes.set(node, loop);
      }
  }

  /** The partitions to ask the node for. */
  #wanted(node: number): Wanted[] {
    return [...this.#next].flatMap(([partition, offset]) =>
      this.#leaders.get(partition) === node && !this.#busy.has(partition) && !this.#ended(partition)
        ? [{ partition, offset }]
        : [],
    );
  }

  async #serve(node: number, outage: Outage): Promise<void> {
    while (!this.#closed) {
      await this.#buffer.room();
      const wanted = this.#wanted(node);
      if (wanted.length === 0 || this.#closed) break;
      for (const { partition } of wanted) this.#busy.add(partition);
      try {
        const fetched = await this.#parts.port.fetch(node, wanted, this.#parts.maxBytes);
        await this.#settle(fetched);
        outage.back();
      } catch (error) {
        if (!(await this.#wait(outage, error))) break;
      } finally {
        for (const { partition } of wanted) this.#busy.delete(partition);
      }
      // Where this fails, so does the next fetch, and says so.
      if (outage.open) await this.#refresh().catch(() => {});
      else this.#serveAll();
      if (this.#atEnd()) this.#buffer.end();
    }
    this.#nodes.delete(node);
  }

  /** Takes what was fetched; throws the fault of a partition once the others are served. */
  async #settle(fetched: readonly Fetched[]): Promise<void> {
    const lost: Wanted[] = [];
    let failure: KafkaFault | undefined;
    for (const { partition, fault, records, next } of fetched) {
      if (fault?.kind === 'out of range') lost.push({ partition, offset: next });
      else if (fault !== undefined) failure = fault;
      else {
        const end = this.#parts.ends?.get(partition) ?? Number.POSITIVE_INFINITY;
        this.#buffer.put(next > end ? records.filter(({ offset }) => offset < end) : records);
        // Whoever had its turn goes to the end of the line: a node's answer is filled from the front.
        if (records.length > 0) this.#next.delete(partition);
        this.#next.set(partition, next);
      }
    }
    if (lost.length > 0)
      for (const [partition, offset] of await withinLog(this.#parts.port, lost, {
        ...this.#parts,
        signal: this.#closing.signal,
      }))
        this.#next.set(partition, offset);
    if (failure !== undefined) throw failure;
  }

  /** Waits after an error; false: it ends the feed. */
  async #wait(outage: Outage, error: unknown): Promise<boolean> {
    if (this.#closed) return false;
    const fault = error as KafkaFault;
    if (error instanceof KafkaFault && fault.kind !== 'final') {
      await sleep(outage.lost(fault), this.#closing.signal);
      return true;
    }
    const { label } = this.#parts;
    this.#buffer.end(error instanceof MillraceError ? error : failed(`${label}: ${fault.message}`, error));
    return false;
  }

  /** Asks who leads which partition, and reads new partitions from their beginning. */
  async #refresh(): Promise<void> {
    const { port, ends, topic, source, log } = this.#parts;
    const leaders = await port.leaders();
    const added = [...leaders.keys()].filter((partition) => !this.#next.has(partition));
    if (ends === undefined && added.length > 0) {
      const first = await port.offsets(added, 'earliest');
      for (const partition of added) this.#next.set(partition, first.get(partition) as number);
      log(`source '${source}': ${topic} has new partitions: ${added.join(', ')}`);
    }
    this.#leaders = leaders;
    this.#serveAll();
  }

  /** Looks for new partitions now and then, and soon for leaders of partitions that have none. */
  async #discover(): Promise<void> {
    const { discoveryMs, label, log, topic } = this.#parts;
    const outage = new Outage(label, log);
    const tick = Math.min(discoveryMs, TICK);
    let due = performance.now() + discoveryMs;
    for (;;) {
      await sleep(tick, this.#closing.signal);
      if (this.#closed) return;
      if (performance.now() < due && this.#leaderless().length === 0) continue;
      try {
        await this.#refresh();
        const partitions = this.#leaderless();
        if (partitions.length > 0)
          throw new KafkaFault('away', `${topic}[${partitions.join(', ')}] has no leader`);
        outage.back();
        due = performance.now() + discoveryMs;
      } catch (error) {
        if (!(await this.#wait(outage, error))) return;
      }
    }
  }

  #leaderless(): number[] {
    return [...this.#next.keys()].filter((partition) => (this.#leaders.get(partition) ?? -1) < 0);
  }
}
