import { failed } from '../../errors.ts';
import { DataHubFault } from './datahub-fault.ts';
import type { DataHubPort } from './datahub-port.ts';
import { type DataHubRecord, datahubRecord } from './datahub-record.ts';
import { oldestPlace, placeOf } from './shard-places.ts';

/** What a reader of a shard is made of. */
export interface ShardReaderParts {
  readonly port: DataHubPort;
  /** The source's name in the catalog. */
  readonly source: string;
  readonly topic: string;
  readonly shard: string;
  /** The sequence that is read first; undefined: the oldest record's. */
  readonly from: number | undefined;
  readonly log: (line: string) => void;
}

/** What one call found. */
export interface ShardRecords {
  /** In order of sequence, from the one that was wanted. */
  readonly records: readonly DataHubRecord[];
  /** There are no more for now. */
  readonly caughtUp: boolean;
}

/** Reads a shard record by record, over cursors that expire and records that retention takes (said in a line). */
export class ShardReader {
  readonly #parts: ShardReaderParts;
  #cursor: string | undefined;
  /** The cursor was not read at yet: it may stand before what is wanted. */
  #isNew = true;
  #next: number | undefined;

  constructor(parts: ShardReaderParts) {
    this.#parts = parts;
    this.#next = parts.from;
  }

  /** The sequence that is read next; undefined: not known before the first call. */
  get next(): number | undefined {
    return this.#next;
  }

  /**
   * Throws `DataHubFault` (`sealed`: the shard was read to its end), and a `MillraceError` where the shard is not the one that was read before.
   * What failed can be tried again.
   */
  async read(limit: number): Promise<ShardRecords> {
    const fresh = this.#cursor === undefined;
    this.#cursor ??= await this.#place();
    if (this.#cursor === undefined) return { records: [], caughtUp: true };
    const { port, shard } = this.#parts;
    try {
      const { records, next, latest } = await port.read(shard, this.#cursor, limit);
      const still = next === this.#cursor;
      this.#cursor = next;
      const wanted = this.#isNew
        ? records.filter(({ sequence }) => sequence >= (this.#next as number))
        : records;
      this.#isNew = false;
      for (const { sequence } of wanted) this.#step(sequence);
      const isLast = latest !== undefined && latest < (this.#next as number);
      const caughtUp = isLast || (records.length === 0 && still);
      return { records: wanted.map((record) => datahubRecord(shard, record)), caughtUp };
    } catch (error) {
      if (!(error instanceof DataHubFault) || (error.kind !== 'cursor' && error.kind !== 'gone')) throw error;
      this.#cursor = undefined;
      // Of a new cursor it is no matter of age.
      if (fresh) throw new DataHubFault('away', error.reason, error.code);
      return this.read(limit);
    }
  }

  /** A cursor for what is wanted next. */
  async #place(): Promise<string | undefined> {
    const { port, shard, source, topic, log } = this.#parts;
    const wanted = this.#next;
    const place =
      wanted === undefined ? await oldestPlace(port, shard) : await placeOf(port, shard, wanted, this.#parts);
    if (place === undefined) return undefined;
    this.#isNew = true;
    this.#next = place.next;
    if (wanted !== undefined && place.next > wanted) {
      const n = place.next - wanted;
      log(
        `source '${source}': records of ${topic}[${shard}] are gone before they were read (retention): from sequence ${wanted} to ${place.next - 1}, ${n} record${n === 1 ? '' : 's'}; reading goes on at ${place.next}`,
      );
    }
    return place.cursor;
  }

  #step(sequence: number): void {
    if (sequence < (this.#next as number))
      throw failed(
        `source '${this.#parts.source}': ${this.#parts.topic}[${this.#parts.shard}] has several records of the sequence ${sequence}, written as one batch: they cannot be told apart. Have its producer write single records`,
      );
    this.#next = sequence + 1;
  }
}
