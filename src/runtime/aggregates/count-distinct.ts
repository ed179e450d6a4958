import type { Block, KeptColumn } from '../../state/checkpoint/block.ts';
import type { StatePart } from '../../state/checkpoint/state-part.ts';
import type { SqlType, Value } from '../../values/sql-type.ts';
import type { Accumulator } from './accumulator.ts';
import { FoundReferences, NO_GROUP } from './found-references.ts';
import { ReferenceTable } from './reference-table.ts';
import { Saved } from './saved.ts';

/** `countDistinct`: a reference count for each value that is in; NULL is not counted. */
export class CountDistinct implements Accumulator {
  readonly #table = new ReferenceTable();
  /** By group: values whose count is above 0. */
  readonly #distinct: number[] = [];
  readonly #saved = new Saved<number>();
  /** By slot of the row's producer: the id of the value that it gave last, to find it without hashing. */
  readonly #hints: number[] = [];
  // References that the epoch changed, each time with the count before.
  #n = 0;
  readonly #changed: number[] = [];
  readonly #counts: number[] = [];
  /** Groups that the open epoch forgets. */
  readonly #forgotten: number[] = [];
  readonly kept: readonly KeptColumn[] = [];
  readonly part: StatePart;

  /** @param type of the values */
  constructor(type: SqlType) {
    const columns: readonly KeptColumn[] = [
      { name: 'group', type: 'INT' },
      { name: 'value', type },
      { name: 'count', type: 'BIGINT' },
    ];
    const table = this.#table;
    /** Of a checkpoint, until all of it is there. */
    const found = new FoundReferences();
    this.part = {
      name: 'references',
      columns,
      get end() {
        return table.end;
      },
      changed: (into) => this.#changes(into),
      range: (from, to, into) => {
        for (let number = from; number < to; number++) table.tell(number, into);
      },
      restore: (block) => found.take(block),
      restored: () => {
        table.restore(found);
        for (const group of found.groups)
          if (group !== NO_GROUP) this.#distinct[group] = (this.#distinct[group] ?? 0) + 1;
        found.clear();
      },
    };
  }

  keep(): void {}
  restore(): void {}

  forget(slot: number): void {
    this.#forgotten.push(slot);
  }

  #changes(into: Block): void {
    for (const group of this.#forgotten) for (const number of this.#table.numbersOf(group)) into.gone(number);
    for (let i = 0; i < this.#n; i++) this.#table.tellOnce(this.#changed[i] as number, into);
  }

  open(slot: number): void {
    this.#distinct[slot] = 0;
    this.#table.clearGroup(slot);
  }
  save(slot: number): void {
    this.#saved.push(slot, this.#distinct[slot] as number);
  }
  add(slot: number, value: Value, from: number): void {
    if (value === null) return;
    const reference = this.#find(slot, value, from);
    const count = this.#table.count(reference);
    if (count === 0) this.#distinct[slot] = (this.#distinct[slot] as number) + 1;
    this.#put(reference, count, count + 1);
  }
  retract(slot: number, value: Value, from: number): void {
    if (value === null) return;
    const reference = this.#find(slot, value, from);
    const count = this.#table.count(reference);
    if (count === 1) this.#distinct[slot] = (this.#distinct[slot] as number) - 1;
    this.#put(reference, count, count - 1);
  }
  #find(slot: number, value: Value, from: number): number {
    if (from < 0) return this.#table.reference(this.#table.idOf(value, undefined), slot);
    const id = this.#table.idOf(value, this.#hints[from]);
    this.#hints[from] = id;
    return this.#table.reference(id, slot);
  }
  #put(reference: number, before: number, after: number): void {
    this.#changed[this.#n] = reference;
    this.#counts[this.#n] = before;
    this.#n++;
    this.#table.setCount(reference, after);
  }
  result(slot: number): number {
    return this.#distinct[slot] as number;
  }
  rollback(): void {
    for (let i = this.#n - 1; i >= 0; i--)
      this.#table.setCount(this.#changed[i] as number, this.#counts[i] as number);
    this.#saved.restore((slot, distinct) => {
      this.#distinct[slot] = distinct;
    });
    this.#sweep();
    this.#forgotten.length = 0;
  }
  commit(): void {
    this.#saved.clear();
    this.#sweep();
    this.#forgotten.length = 0;
  }
  #sweep(): void {
    for (let i = 0; i < this.#n; i++) this.#table.sweep(this.#changed[i] as number);
    this.#n = 0;
  }
}
