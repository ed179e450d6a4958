import { wrong } from '../../errors.ts';
import { DISK, type Disk } from './disk.ts';
import type { Frame, UsedKey } from './journal-frame.ts';
import { openSegment } from './open-segment.ts';
import { type Place, Segment } from './segment.ts';
import { UsedKeys } from './used-keys.ts';

/** How events are stored. */
export interface StoreOptions {
  /** A segment of so many bytes is ended; default 64 MB. */
  readonly segmentBytes?: number | undefined;
  /** A segment is ended so many milliseconds after its first event; default a day. */
  readonly segmentAge?: number | undefined;
  /** Requests whose idempotency keys are known; default 10,000. */
  readonly keys?: number | undefined;
  /** Told what a person is to know: that the disk is full, and that it is not any more. */
  readonly log?: ((line: string) => void) | undefined;
  /** Default: the machine's. */
  readonly disk?: Disk | undefined;
}

/** The events of one request. */
export interface Events {
  readonly count: number;
  /** A line for each, with its newline. */
  readonly lines: Buffer;
  /** Absent: it has none. */
  readonly key?: { readonly name: string; readonly hash: string } | undefined;
}

/** A key came with another body than before. */
export class KeyReused extends Error {}

interface Waiting {
  readonly frame: Frame;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

const SEGMENT_BYTES = 64 << 20;
const SEGMENT_AGE = 86_400_000;
const KEYS = 10_000;
/** Most bytes that are made durable at once. */
const GROUP = 16 << 20;
/** Milliseconds between two tries to show what is durable. */
const RETRY = 1000;

/**
 * The events of one source, in a folder that jobs read: `000000000001.ndjson` and so on. Whoever holds it is alone: two stores over one folder
 * would lose events.
 */
export class EventStore {
  readonly #place: Place;
  readonly #options: StoreOptions;
  readonly #keys: UsedKeys;
  /** Requests with a key that are not stored yet. */
  readonly #open = new Map<string, { readonly hash: string; readonly done: Promise<number> }>();
  #segment: Segment;
  /** The segment takes nothing more: the next one is to be begun. */
  #sealed = false;
  #queue: Waiting[] = [];
  #work: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #fault: string | undefined;
  #closed = false;
  #stored = 0;

  private constructor(place: Place, options: StoreOptions, keys: UsedKeys, segment: Segment) {
    this.#place = place;
    this.#options = options;
    this.#keys = keys;
    this.#segment = segment;
    this.#plan();
  }

  /**
   * Opens the store of a folder, and finishes what an earlier one, however it ended, has left undone.
   *
   * @throws MillraceError exit 2: the folder cannot be written; exit 3: somebody else wrote to its files
   */
  static async open(folder: string, options: StoreOptions = {}): Promise<EventStore> {
    const place = { folder, disk: options.disk ?? DISK };
    const keys = new UsedKeys(options.keys ?? KEYS);
    try {
      return new EventStore(place, options, keys, await openSegment(place, keys));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === undefined) throw error;
      throw wrong(`${folder}: cannot be written: ${(error as Error).message}`, error);
    }
  }

  /** Events that were stored since it was opened. */
  get stored(): number {
    return this.#stored;
  }

  /** Why nothing can be stored now; undefined where it can. */
  get fault(): string | undefined {
    return this.#fault;
  }

  /**
   * Stores events, all or none: they are durable, and there for readers, once it answers with their number. A request with a key that was used
   * is not stored again and gets the answer of the first one.
   *
   * @throws KeyReused where the body is another one; the error of the disk where nothing is stored
   */
  accept(events: Events): Promise<number> {
    const { key } = events;
    const before = key && (this.#open.get(key.name) ?? this.#used(key.name));
    if (before)
      return before.hash === key.hash ? before.done : Promise.reject(new KeyReused('the key was used'));
    const done = this.#store(events);
    if (key) {
      this.#open.set(key.name, { hash: key.hash, done });
      const forget = (): void => void this.#open.delete(key.name);
      done.then(forget, forget);
    }
    return done;
  }

  /** Ends when all that was accepted is stored. Idempotent. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    clearTimeout(this.#timer);
    while (this.#work) await this.#work;
    try {
      await this.#segment.seal();
    } catch (error) {
      // The journal has it: the next start shows it.
      this.#tell(error);
    }
    await this.#segment.close();
  }

  #used(name: string): { readonly hash: string; readonly done: Promise<number> } | undefined {
    const used = this.#keys.get(name);
    return used && { hash: used[1], done: Promise.resolve(used[2]) };
  }

  async #store({ count, lines, key }: Events): Promise<number> {
    if (count === 0 && !key) return 0;
    const keys: readonly UsedKey[] | undefined = key && [[key.name, key.hash, count]];
    const frame = { head: { events: count, at: Date.now(), ...(keys && { keys }) }, lines };
    await new Promise<void>((resolve, reject) => {
      this.#queue.push({ frame, resolve, reject });
      this.#wake();
    });
    return count;
  }

  /** One piece of work at a time. What comes while it runs makes the next group. */
  #wake(): void {
    this.#work ??= this.#run().finally(() => {
      this.#work = undefined;
      if (this.#queue.length > 0) this.#wake();
      else this.#plan();
    });
  }

  async #run(): Promise<void> {
    do {
      const group = this.#take();
      try {
        await this.#ready();
        const frames = group.map(({ frame }) => frame);
        // Is the disk well again? A frame without events finds out.
        if (group.length === 0 && this.#fault !== undefined) frames.push(probe());
        if (frames.length > 0) await this.#segment.append(frames);
        this.#recovered();
      } catch (error) {
        this.#tell(error);
        for (const { reject } of group) reject(error);
        continue;
      }
      for (const { frame } of group) {
        this.#stored += frame.head.events;
        this.#keys.add(frame.head.keys ?? []);
      }
      // Stored it is: a reader gets it later.
      await this.#segment.show().catch((error) => this.#tell(error));
      for (const { resolve } of group) resolve();
    } while (this.#queue.length > 0);
  }

  #take(): Waiting[] {
    let bytes = 0;
    let n = 0;
    while (n < this.#queue.length && (n === 0 || bytes < GROUP))
      bytes += (this.#queue[n++] as Waiting).frame.lines.length;
    return this.#queue.splice(0, n);
  }

  /** Shows what is owed, and begins a new segment where one is due. */
  async #ready(): Promise<void> {
    await this.#segment.show();
    if (this.#isDue()) {
      await this.#segment.seal();
      this.#sealed = true;
    }
    if (!this.#sealed) return;
    // From here on a reader may go on to the next segment: nothing comes into this one any more, whatever fails.
    const last = this.#segment;
    const first = { events: 0, at: Date.now(), keys: this.#keys.all() };
    this.#segment = await Segment.create(last.number + 1, first, this.#place);
    this.#sealed = false;
    await last.leave();
  }

  #isDue(): boolean {
    const { since, size } = this.#segment;
    if (since === undefined || this.#sealed) return false;
    return size >= (this.#options.segmentBytes ?? SEGMENT_BYTES) || Date.now() >= this.#end(since);
  }

  readonly #end = (since: number): number => since + (this.#options.segmentAge ?? SEGMENT_AGE);

  /** Wakes up for what is to be done without a request. */
  #plan(): void {
    clearTimeout(this.#timer);
    if (this.#closed) return;
    const { owes, since } = this.#segment;
    const wait = owes || this.#fault !== undefined ? RETRY : since && this.#end(since) - Date.now();
    if (wait === undefined) return;
    this.#timer = setTimeout(() => this.#wake(), Math.min(Math.max(wait, 1), LONGEST)).unref();
  }

  #tell(error: unknown): void {
    const fault = (error as Error).message;
    if (fault !== this.#fault)
      this.#options.log?.(
        `${this.#place.folder}: cannot be written (${fault}): requests are refused until it can`,
      );
    this.#fault = fault;
  }

  #recovered(): void {
    if (this.#fault === undefined) return;
    this.#options.log?.(`${this.#place.folder}: can be written again`);
    this.#fault = undefined;
  }
}

const probe = (): Frame => ({ head: { events: 0, at: Date.now() }, lines: Buffer.alloc(0) });

/** The longest time of a timer. */
const LONGEST = 2 ** 31 - 1;
