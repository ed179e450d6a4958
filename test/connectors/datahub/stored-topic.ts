// A topic of the test server: shards in memory, by the rules of the service.

/** What the service answers in place of what was asked for. */
export class Refusal extends Error {
  readonly code: string;
  readonly status: number;
  constructor(code: string, message = code, status = 400) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

/** The values of a TUPLE record, or what a BLOB record holds. */
export type StoredData = readonly (string | null)[] | Uint8Array;

interface StoredRecord {
  readonly sequence: number;
  readonly time: number;
  readonly data: StoredData;
  readonly attributes: Readonly<Record<string, string>>;
}

interface StoredShard {
  readonly id: string;
  state: 'ACTIVE' | 'CLOSED';
  readonly parents: readonly string[];
  readonly begin: bigint;
  readonly end: bigint;
  records: StoredRecord[];
  /** The sequence of the next record. */
  next: number;
}

const KEYS = 1n << 128n;
const hex = (key: bigint): string => key.toString(16).toUpperCase().padStart(32, '0');

/** What a topic is made with. */
export interface TopicMaking {
  readonly type?: 'TUPLE' | 'BLOB';
  /** Names and types: `{ id: 'BIGINT' }`. */
  readonly fields?: Readonly<Record<string, string>>;
  readonly shards?: number;
  /** Refuse the sequence behind the newest record, too: what the service does there is not documented. */
  readonly strictSeek?: boolean;
  /** A closed shard that is read to its end answers with no records, in place of an error. */
  readonly quietEnd?: boolean;
}

/** A topic in memory. */
export class StoredTopic {
  readonly type: 'TUPLE' | 'BLOB';
  fields: Readonly<Record<string, string>>;
  readonly shards = new Map<string, StoredShard>();
  readonly #strict: boolean;
  readonly #quiet: boolean;
  #nextShard = 0;
  /** Cursors of an earlier age are invalid. */
  age = 0;

  constructor({
    type = 'TUPLE',
    fields = {},
    shards = 1,
    strictSeek = false,
    quietEnd = false,
  }: TopicMaking) {
    this.type = type;
    this.fields = fields;
    this.#strict = strictSeek;
    this.#quiet = quietEnd;
    for (let i = 0; i < shards; i++) this.#add([], bound(i, shards), bound(i + 1, shards));
  }

  #add(parents: readonly string[], begin: bigint, end: bigint): string {
    const id = String(this.#nextShard++);
    this.shards.set(id, { id, state: 'ACTIVE', parents, begin, end, records: [], next: 0 });
    return id;
  }

  /** Adds a shard without parents, as in a topic that is only ever extended. */
  extend(): string {
    return this.#add([], 0n, 0n);
  }

  split(id: string): readonly [string, string] {
    const { begin, end } = this.#seal(id);
    const middle = (begin + end) / 2n;
    return [this.#add([id], begin, middle), this.#add([id], middle, end)];
  }

  merge(a: string, b: string): string {
    const [one, other] = [this.#seal(a), this.#seal(b)];
    return this.#add(
      [a, b],
      one.begin < other.begin ? one.begin : other.begin,
      one.end > other.end ? one.end : other.end,
    );
  }

  #seal(id: string): StoredShard {
    const shard = this.shard(id);
    if (shard.state !== 'ACTIVE') throw new Refusal('InvalidShardOperation');
    shard.state = 'CLOSED';
    return shard;
  }

  /** Retention takes the first `n` records of a shard. */
  expire(id: string, n: number): void {
    this.shard(id).records.splice(0, n);
  }

  shard(id: string): StoredShard {
    const shard = this.shards.get(id);
    if (shard === undefined) throw new Refusal('NoSuchShard', `ShardId Not Exist. Invalid shard id: ${id}`);
    return shard;
  }

  put(id: string, data: StoredData, time: number, attributes: Readonly<Record<string, string>> = {}): void {
    const shard = this.shard(id);
    if (shard.state !== 'ACTIVE') throw new Refusal('InvalidShardOperation', 'The shard is closed');
    if (this.type === 'TUPLE') checkTuple(data, Object.values(this.fields));
    shard.records.push({ sequence: shard.next++, time, data, attributes });
  }

  cursor(id: string, body: { Type?: string; SystemTime?: number; Sequence?: number }): object {
    const shard = this.shard(id);
    const sequence = this.#place(shard, body);
    const record = shard.records.find((one) => one.sequence === sequence);
    return {
      Cursor: `${this.age}-${id}-${sequence}`,
      Sequence: sequence,
      RecordTime: record?.time ?? Date.now(),
    };
  }

  #place(
    shard: StoredShard,
    { Type, SystemTime = 0, Sequence = 0 }: { Type?: string; SystemTime?: number; Sequence?: number },
  ): number {
    const oldest = shard.records[0]?.sequence ?? shard.next;
    switch (Type) {
      case 'OLDEST':
        return oldest;
      case 'LATEST':
        return shard.records.at(-1)?.sequence ?? Math.max(0, shard.next - 1);
      case 'SYSTEM_TIME': {
        const found = shard.records.find(({ time }) => time >= SystemTime);
        if (found === undefined) throw new Refusal('SeekOutOfRange', 'Time in seek request is out of range');
        return found.sequence;
      }
      case 'SEQUENCE':
        if (Sequence < oldest || Sequence > shard.next || (this.#strict && Sequence === shard.next))
          throw new Refusal('SeekOutOfRange', 'Sequence in seek request is out of range');
        return Sequence;
      default:
        throw new Refusal('InvalidParameter', `Type ${Type}`);
    }
  }

  read(id: string, cursor: string, limit: number): object {
    const shard = this.shard(id);
    const [age, of, from] = cursor.split('-');
    if (Number(age) !== this.age || of !== id) throw new Refusal('InvalidCursor', 'The cursor is expired');
    const sequence = Number(from);
    if (sequence < (shard.records[0]?.sequence ?? shard.next))
      throw new Refusal('SeekOutOfRange', 'The records are expired');
    const records = shard.records
      .filter((record) => record.sequence >= sequence)
      .slice(0, Math.min(limit, 1000));
    if (records.length === 0 && shard.state === 'CLOSED' && !this.#quiet)
      throw new Refusal('InvalidShardOperation', 'The shard is closed and read to its end');
    const next = records.length === 0 ? sequence : (records.at(-1) as StoredRecord).sequence + 1;
    return {
      NextCursor: `${this.age}-${id}-${next}`,
      RecordCount: records.length,
      StartSeq: records[0]?.sequence ?? sequence,
      LatestSeq: shard.next - 1,
      LatestTime: shard.records.at(-1)?.time ?? 0,
      Records: records.map(({ sequence: Sequence, time: SystemTime, data, attributes }) => ({
        Sequence,
        SystemTime,
        ...(Object.keys(attributes).length > 0 && { Attributes: attributes }),
        Data: data instanceof Uint8Array ? Buffer.from(data).toString('base64') : data,
      })),
    };
  }

  describe(): object {
    const fields = Object.entries(this.fields).map(([name, type]) => ({ name, type: type.toLowerCase() }));
    return {
      ShardCount: this.shards.size,
      Lifecycle: 7,
      RecordType: this.type,
      RecordSchema: JSON.stringify({ fields }),
    };
  }

  list(): object {
    const all = [...this.shards.values()];
    return {
      Shards: all.map(({ id, state, parents, begin, end }) => ({
        ShardId: id,
        State: state,
        ParentShardIds: parents,
        ...(end > 0n && { BeginHashKey: hex(begin), EndHashKey: hex(end >= KEYS ? KEYS - 1n : end) }),
      })),
    };
  }
}

const bound = (i: number, shards: number): bigint => (KEYS * BigInt(i)) / BigInt(shards);

/** What the service checks of a tuple. */
function checkTuple(data: StoredData, types: readonly string[]): void {
  if (data instanceof Uint8Array || data.length !== types.length)
    throw new Refusal('MalformedRecord', 'The record does not fit the schema');
  data.forEach((value, i) => {
    const whole = /^(BIGINT|INTEGER|SMALLINT|TINYINT)$/.test(types[i] as string);
    if (whole && value !== null && !/^-?\d+$/.test(value))
      throw new Refusal('MalformedRecord', `'${value}' is no ${types[i]}`);
    if (types[i] === 'TIMESTAMP' && value !== null && !/^\d+$/.test(value))
      throw new Refusal('MalformedRecord', `'${value}' is no TIMESTAMP`);
  });
}
