import TinyQueue from 'tinyqueue';
import type { Block, KeptColumn } from '../../state/checkpoint/block.ts';
import type { StatePart } from '../../state/checkpoint/state-part.ts';
import type { SqlType, Value } from '../../values/sql-type.ts';
import type { Accumulator } from './accumulator.ts';
import { Saved } from './saved.ts';

type Compare = (a: Value, b: Value) => number;

/** `min` and `max` where no value is taken back: the extreme so far. NULL over no value. */
export class AppendExtreme implements Accumulator {
  readonly #extremes: Value[] = [];
  readonly #saved = new Saved<Value>();
  readonly #compare: Compare;

  readonly kept: readonly KeptColumn[];

  /** @param compare negative where `a` comes before `b`, @param type of the values */
  constructor(compare: Compare, type: SqlType) {
    this.#compare = compare;
    this.kept = [{ name: 'extreme', type }];
  }

  open(slot: number): void {
    this.#extremes[slot] = null;
  }
  keep(slot: number, at: number, [extremes]: readonly Value[][]): void {
    (extremes as Value[])[at] = this.#extremes[slot] as Value;
  }
  restore(slot: number, at: number, [extremes]: readonly (readonly Value[])[]): void {
    this.#extremes[slot] = extremes?.[at] as Value;
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
  readonly slot: number;
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
  /** Groups that were opened in the open epoch. */
  readonly #opened = new Set<number>();
  readonly kept: readonly KeptColumn[] = [];
  readonly part: StatePart;

  /** @param compare negative where `a` comes before `b`, @param type of the values */
  constructor(compare: Compare, type: SqlType) {
    this.#compare = compare;
    const columns: readonly KeptColumn[] = [
      { name: 'value', type },
      { name: 'count', type: 'BIGINT' },
    ];
    /** Of a checkpoint, until all of it is there. */
    const found = new Map<number, Map<Value, number>>();
    const groups = this.#groups;
    this.part = {
      name: 'values',
      columns,
      get end() {
        return groups.length;
      },
      changed: (into) => this.#changed(into),
      range: (from, to, into) => {
        for (let slot = from; slot < to; slot++)
          for (const [value, count] of groups[slot]?.counts ?? []) addValue(into, slot, value, count);
      },
      restore: (block) => takeValues(block, found),
      restored: () => {
        for (const [slot, counts] of found) {
          const group = groups[slot];
          if (group === undefined) continue;
          for (const [value, count] of counts) if (count > 0) this.#put(group, value, 0, count);
        }
        found.clear();
      },
    };
  }

  keep(): void {}
  restore(): void {}

  /** A group that was opened held nothing before; of others, the values that changed. */
  #changed(into: Block): void {
    for (const slot of this.#opened) into.gone(slot);
    const told = new Map<Group, Set<Value>>();
    for (const [i, group] of this.#touched.entries()) {
      const value = this.#values[i] as Value;
      const values = told.get(group) ?? new Set();
      told.set(group, values);
      if (values.has(value)) continue;
      values.add(value);
      addValue(into, group.slot, value, group.counts.get(value) ?? 0);
    }
  }

  open(slot: number): void {
    this.#groups[slot] = { slot, counts: new Map(), heap: new TinyQueue([], this.#compare) };
    this.#opened.add(slot);
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
    if (this.#opened.size > 0) this.#opened.clear();
  }
}

function addValue(into: Block, slot: number, value: Value, count: number): void {
  const at = into.add(slot);
  (into.values[0] as Value[])[at] = value;
  (into.values[1] as Value[])[at] = count;
}

function takeValues(block: Block, found: Map<number, Map<Value, number>>): void {
  let at = 0;
  for (let i = 0; i < block.n; i++) {
    const slot = block.places[i] as number;
    if (block.flags[i] === 0) {
      found.delete(slot);
      continue;
    }
    const counts = found.get(slot) ?? new Map<Value, number>();
    found.set(slot, counts);
    counts.set(block.values[0]?.[at] as Value, block.values[1]?.[at] as number);
    at++;
  }
}
