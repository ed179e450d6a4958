import TinyQueue from 'tinyqueue';
import type { Value } from '../../values/sql-type.ts';
import type { Accumulator } from './accumulator.ts';
import { Saved } from './saved.ts';

type Compare = (a: Value, b: Value) => number;

/** `min` and `max` where no value is taken back: the extreme so far. NULL over no value. */
export class AppendExtreme implements Accumulator {
  readonly #extremes: Value[] = [];
  readonly #saved = new Saved<Value>();
  readonly #compare: Compare;

  /** @param compare negative where `a` comes before `b` */
  constructor(compare: Compare) {
    this.#compare = compare;
  }

  open(slot: number): void {
    this.#extremes[slot] = null;
  }
  save(slot: number): void {
    this.#saved.push(slot, this.#extremes[slot] as Value);
  }
  add(slot: number, value: Value): void {
    if (value === null) return;
    const extreme = this.#extremes[slot] as Value;
    if (extreme === null || this.#compare(value, extreme) < 0) this.#extremes[slot] = value;
  }
  retract(): void {
    throw new Error('a value of append-only input cannot be taken back');
  }
  result(slot: number): Value {
    return this.#extremes[slot] as Value;
  }
  rollback(): void {
    this.#saved.restore((slot, extreme) => {
      this.#extremes[slot] = extreme;
    });
  }
  commit(): void {
    this.#saved.clear();
  }
}

/** The values of one group: how often each is in, and a heap in which values that are out go when they come up. */
interface Group {
  readonly counts: Map<Value, number>;
  heap: TinyQueue<Value>;
}

/** Heaps smaller than this are never made anew. */
const COMPACT_AT = 64;

/** `min` and `max` where values are taken back: a retracted extreme falls back to the next without a scan of the group. */
export class RetractableExtreme implements Accumulator {
  readonly #groups: Group[] = [];
  readonly #compare: Compare;
  readonly #touched: Group[] = [];
  readonly #values: Value[] = [];
  readonly #counts: number[] = [];

  constructor(compare: Compare) {
    this.#compare = compare;
  }

  open(slot: number): void {
    this.#groups[slot] = { counts: new Map(), heap: new TinyQueue([], this.#compare) };
  }
  save(): void {}
  add(slot: number, value: Value): void {
    if (value !== null) this.#change(this.#groups[slot] as Group, value, 1);
  }
  retract(slot: number, value: Value): void {
    if (value !== null) this.#change(this.#groups[slot] as Group, value, -1);
  }
  #change(group: Group, value: Value, by: number): void {
    const count = group.counts.get(value) ?? 0;
    this.#touched.push(group);
    this.#values.push(value);
    this.#counts.push(count);
    this.#put(group, value, count, count + by);
  }
  #put(group: Group, value: Value, from: number, to: number): void {
    if (to === 0) group.counts.delete(value);
    else group.counts.set(value, to);
    // A value that comes back may have left the heap; standing in it twice does no harm.
    if (from === 0 && to > 0) group.heap.push(value);
  }
  result(slot: number): Value {
    const { counts, heap } = this.#groups[slot] as Group;
    while (heap.length > 0 && !counts.has(heap.peek() as Value)) heap.pop();
    return heap.peek() ?? null;
  }
  rollback(): void {
    for (let i = this.#touched.length - 1; i >= 0; i--) {
      const group = this.#touched[i] as Group;
      const value = this.#values[i] as Value;
      this.#put(group, value, group.counts.get(value) ?? 0, this.#counts[i] as number);
    }
    this.#clear();
  }
  commit(): void {
    for (const group of this.#touched)
      if (group.heap.length > COMPACT_AT && group.heap.length > group.counts.size * 2)
        group.heap = new TinyQueue([...group.counts.keys()], this.#compare);
    this.#clear();
  }
  #clear(): void {
    this.#touched.length = 0;
    this.#values.length = 0;
    this.#counts.length = 0;
  }
}
