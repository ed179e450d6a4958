import type { Claim, Commit, Committed } from '../database.ts';
import { claimedEpoch, mayInsert, missedFence } from '../fence-rules.ts';
import { fenceRecord, readFence, type TopicFence } from './fence-record.ts';
import { KafkaFault } from './kafka-fault.ts';
import type { KafkaPort } from './kafka-port.ts';
import type { KafkaWriterPort, OutgoingRecord } from './kafka-writer-port.ts';
import { namingLargest } from './naming-largest.ts';
import { checkPartitions, type PartitionCounts } from './partition-counts.ts';
import { requestParts } from './request-parts.ts';

/** What a writer is made of. */
export interface FencedWriterParts {
  readonly port: KafkaWriterPort;
  /** Reads the fence topic, committed records alone. */
  readonly fencePort: KafkaPort;
  readonly fenceTopic: string;
  /** The cluster, for lines that a person reads. */
  readonly label: string;
  readonly log: (line: string) => void;
  readonly signal: AbortSignal;
  readonly transactionTimeoutMs: number;
  /** The topics that are written, beside that of the fence. */
  readonly topics: () => readonly string[];
  /** Those of them in which a row lies by its key: there it is found, and replaced. */
  readonly keyed: () => readonly string[];
  /** Bytes of a request, at most. */
  readonly maxBytes: () => number;
}

/** Makes records, once it is known how many partitions each topic has. */
export type RecordMaker = (
  partitions: ReadonlyMap<string, number>,
) => Promise<readonly OutgoingRecord[]> | readonly OutgoingRecord[];

/**
 * Writes for one job: each transaction moves the job's fence. While the transactional id is ours nobody else can have moved it, so
 * it is read again only where the id was lost, or where it is in doubt whether a transaction was committed: taking the id anew ends
 * the transaction one way or the other, and the fence says which.
 */
export class FencedWriter {
  readonly #parts: FencedWriterParts;
  readonly #claim: Claim;
  readonly #id: string;
  #partitions: ReadonlyMap<string, number> = new Map();
  /** Partitions of the topics at the claim, where rows lie by their key. */
  #claimed: PartitionCounts = {};
  /** The epoch at which the fence stands, while the id is ours and no transaction is open; undefined: it is to be found out. */
  #stands: number | undefined;

  constructor(parts: FencedWriterParts, claim: Claim, transactionalIdPrefix: string) {
    this.#parts = parts;
    this.#claim = claim;
    this.#id = `${transactionalIdPrefix}-${claim.job}`;
  }

  /**
   * One try of the claim: the epoch at which the fence stands; `records` go in its transaction. Throws `KafkaFault`.
   * @param cleared topics that the records empty
   */
  async claim(records: RecordMaker, cleared: readonly string[]): Promise<number> {
    const found = await this.#take();
    const { owner, epoch, mode } = this.#claim;
    const { label } = this.#parts;
    const stands =
      found === undefined && mayInsert(this.#claim) ? epoch : claimedEpoch(label, this.#claim, found);
    if (found !== undefined && mode !== 'rebuild') this.#check(found.partitions, cleared);
    const also = await records(this.#partitions);
    const as = found?.owner === owner && found.epoch === stands && found.transactionalId === this.#id;
    if (!as || also.length > 0) await this.#write(also, stands, null);
    this.#claimed = this.#counts();
    this.#stands = stands;
    return stands;
  }

  /**
   * One try of a commit. Throws `KafkaFault`, and exit 3 where the fence is not the claim's.
   * @param before the fault of the try before; undefined: this is the first
   * @param doubt whether a try before may have gone through; kept by the caller for all tries of one commit
   */
  async commit(
    commit: Commit,
    records: RecordMaker,
    before: KafkaFault | undefined,
    doubt: { open: boolean },
  ): Promise<Committed> {
    if (this.#stands !== commit.previous) {
      const missed = await this.#regain(commit, before, doubt.open);
      if (missed === 'in') return { overtaken: 0 };
      if (missed !== undefined) return { overtaken: 0, lostAfter: missed };
    }
    await this.#write(await records(this.#partitions), commit.epoch, completeTo(commit), doubt);
    this.#stands = commit.epoch;
    return { overtaken: 0 };
  }

  /** Takes the id again and compares the fence: undefined where the commit may be tried, else what `missedFence` says. */
  async #regain(
    commit: Commit,
    before: KafkaFault | undefined,
    inDoubt: boolean,
  ): Promise<'in' | number | undefined> {
    const { label } = this.#parts;
    const { owner } = this.#claim;
    // Whoever has taken over is left alone. Not where a transaction of ours may be open, which would be waited for.
    if (before === undefined || before.kind === 'fenced') {
      const now = await this.#read();
      if (now?.owner !== owner) missedFence(label, this.#claim, commit, now, inDoubt);
    }
    const found = await this.#take();
    this.#check(this.#claimed, []);
    if (found?.owner === owner && found.epoch === commit.previous) return undefined;
    const missed = missedFence(label, this.#claim, commit, found, inDoubt);
    this.#stands = missed === 'in' ? commit.epoch : missed;
    return missed;
  }

  /** Takes the transactional id, and the one under which the fence was written where that is another: the fence, which nobody else moves now. */
  async #take(): Promise<TopicFence | undefined> {
    const { port, fenceTopic, transactionTimeoutMs, topics } = this.#parts;
    this.#stands = undefined;
    const all = [fenceTopic, ...topics()];
    const take = async (id: string) => {
      this.#partitions = await port.take(id, transactionTimeoutMs, all);
      return this.#read();
    };
    const found = await take(this.#id);
    if (found === undefined || found.transactionalId === this.#id) return found;
    await take(found.transactionalId);
    return take(this.#id);
  }

  /** Partitions of the topics in which rows lie by their key. */
  #counts(): PartitionCounts {
    const keyed = this.#parts.keyed();
    return Object.fromEntries([...this.#partitions].filter(([topic]) => keyed.includes(topic)));
  }

  #check(before: PartitionCounts, cleared: readonly string[]): void {
    checkPartitions(`${this.#parts.label}: job '${this.#claim.job}'`, before, this.#counts(), cleared);
  }

  #read(): Promise<TopicFence | undefined> {
    const { fencePort: port, fenceTopic: topic, log, signal } = this.#parts;
    return readFence({ port, topic, log, signal }, this.#claim.job);
  }

  /** One transaction: the records, then the fence. */
  async #write(
    records: readonly OutgoingRecord[],
    epoch: number,
    completeTo: number | null,
    doubt?: { open: boolean },
  ): Promise<void> {
    const { port, fenceTopic, maxBytes } = this.#parts;
    const { owner, job } = this.#claim;
    this.#stands = undefined;
    const fence = { owner, epoch, transactionalId: this.#id, partitions: this.#counts() };
    const all = [...records, fenceRecord(fenceTopic, job, fence, completeTo)];
    try {
      for (const part of requestParts(all, maxBytes())) await port.send(part).catch(namingLargest(part));
      if (doubt) doubt.open = true;
      await port.commit();
    } catch (error) {
      // Readers wait for a transaction that is open. One that is tried again is ended by that.
      if (error instanceof KafkaFault && (error.kind === 'final' || error.kind === 'too large'))
        await port.abort().catch(() => {});
      throw error;
    }
  }
}

const completeTo = (commit: Commit): number | null =>
  Number.isSafeInteger(commit.completeTo) ? commit.completeTo : null;
