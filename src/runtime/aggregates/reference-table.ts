import type { Block } from '../../state/checkpoint/block.ts';
import { type KeyPart, valueKey } from '../../values/keys/key-form.ts';
import { KeyIndex } from '../../values/keys/key-index.ts';
import type { Value } from '../../values/sql-type.ts';
import { type FoundReferences, NO_GROUP } from './found-references.ts';

const NONE = -1;
/** From so many groups on, a value finds its group by hash in place of a walk. */
const WALK = 8;

// A reference is a run of numbers in one array: what is looked at together lies together in memory.
const ID = 0;
const GROUP = 1;
const COUNT = 2;
const NEXT_OF_ID = 3;
const PREVIOUS_OF_ID = 4;
const NEXT_OF_GROUP = 5;
const PREVIOUS_OF_GROUP = 6;
/** 1: it is told already. */
const TOLD = 7;
/** Numbers of a reference: half a cache line. A reference is named by where it begins. */
const WIDTH = 8;

/**
 * How often each value is in each group: a sparse matrix of reference counts. A value is hashed once and has a small id
 * from then on; its references, one per group, form a list. A reference that falls to zero stays until `sweep`, so that
 * one that comes back within the epoch costs nothing. A group lets go of all of its references without a look at others.
 */
export class ReferenceTable {
  readonly #ids: KeyIndex<Value>;
  /** By id. */
  readonly #values: KeyPart;
  /** By id: its first reference. */
  readonly #firstOfId: number[] = [];
  /** By id, where it is in many groups: group to reference. */
  readonly #byGroup = new Map<number, Map<number, number>>();
  /** By group: its first reference. */
  readonly #firstOfGroup: number[] = [];
  readonly #free: number[] = [];
  #cells = new Int32Array(256 * WIDTH);
  #end = 0;

  constructor() {
    const key = valueKey();
    this.#ids = new KeyIndex(key);
    this.#values = key.parts[0] as KeyPart;
  }

  /** The id of a value: `hint` if it is that value's, found without hashing. Made where there is none. */
  idOf(value: Value, hint: number | undefined): number {
    if (hint !== undefined && this.#values[hint] === value) return hint;
    const known = this.#ids.slot(value);
    if (known >= 0) return known;
    this.#firstOfId[~known] = NONE;
    return ~known;
  }

  /** The reference of a value in a group; made, with count 0, where there is none. */
  reference(id: number, group: number): number {
    const cells = this.#cells;
    const hashed = this.#byGroup.size === 0 ? undefined : this.#byGroup.get(id);
    if (hashed !== undefined) return hashed.get(group) ?? this.#add(id, group, hashed);
    let steps = 0;
    for (let at = this.#firstOfId[id] as number; at !== NONE; at = cells[at + NEXT_OF_ID] as number) {
      if (cells[at + GROUP] === group) return at;
      steps++;
    }
    return this.#add(id, group, steps < WALK ? undefined : this.#hash(id));
  }

  count(reference: number): number {
    return this.#cells[reference + COUNT] as number;
  }

  setCount(reference: number, count: number): void {
    this.#cells[reference + COUNT] = count;
  }

  /** Lets go of a reference whose count is 0, and of its value where that was its last; it is to be told again. */
  sweep(reference: number): void {
    const cells = this.#cells;
    cells[reference + TOLD] = 0;
    const group = cells[reference + GROUP] as number;
    if (cells[reference + COUNT] !== 0 || group === NONE) return;
    const next = cells[reference + NEXT_OF_GROUP] as number;
    const previous = cells[reference + PREVIOUS_OF_GROUP] as number;
    if (previous === NONE) this.#firstOfGroup[group] = next;
    else cells[previous + NEXT_OF_GROUP] = next;
    if (next !== NONE) cells[next + PREVIOUS_OF_GROUP] = previous;
    this.#leave(cells[reference + ID] as number, group, reference);
    cells[reference + GROUP] = NONE;
    this.#free.push(reference);
  }

  /** Lets go of all references of a group, whatever their counts. */
  clearGroup(group: number): void {
    let at = this.#firstOfGroup[group] ?? NONE;
    while (at !== NONE) {
      const next = this.#cells[at + NEXT_OF_GROUP] as number;
      this.setCount(at, 0);
      this.sweep(at);
      at = next;
    }
  }

  /** References that were ever made, each with a number. */
  get end(): number {
    return this.#end / WIDTH;
  }

  /** Tells a reference, once until it is swept: `gone` where its count is 0, or it is free. */
  tellOnce(reference: number, into: Block): void {
    const cells = this.#cells;
    if (cells[reference + TOLD] === 1) return;
    cells[reference + TOLD] = 1;
    if (!this.tell(reference / WIDTH, into)) into.gone(reference / WIDTH);
  }

  /** Tells the reference of a number: group, value, count. False where its count is 0, or it is free. */
  tell(number: number, into: Block): boolean {
    const cells = this.#cells;
    const at = number * WIDTH;
    const group = cells[at + GROUP] as number;
    const count = cells[at + COUNT] as number;
    if (at >= this.#end || group === NONE || count === 0) return false;
    const { values } = into;
    const entry = into.add(number);
    (values[0] as Value[])[entry] = group;
    (values[1] as Value[])[entry] = this.#values[cells[at + ID] as number] as Value;
    (values[2] as Value[])[entry] = count;
    return true;
  }

  /** The numbers of a group's references. */
  numbersOf(group: number): number[] {
    const numbers: number[] = [];
    for (
      let at = this.#firstOfGroup[group] ?? NONE;
      at !== NONE;
      at = this.#cells[at + NEXT_OF_GROUP] as number
    )
      numbers.push(at / WIDTH);
    return numbers;
  }

  /** Takes in references, each at its number. The table is new. */
  restore({ groups, values, counts }: FoundReferences): void {
    const n = groups.length;
    const free: number[] = [];
    this.#cells = new Int32Array(Math.max(this.#cells.length, n * WIDTH));
    this.#end = n * WIDTH;
    for (let number = n - 1; number >= 0; number--)
      if (groups[number] === NO_GROUP) {
        this.#cells[number * WIDTH + GROUP] = NONE;
        free.push(number * WIDTH);
      }
    for (let number = 0; number < n; number++) {
      const group = groups[number] as number;
      if (group === NO_GROUP) continue;
      this.#free.push(number * WIDTH);
      this.setCount(
        this.reference(this.idOf(values[number] as Value, undefined), group),
        counts[number] as number,
      );
    }
    for (const at of free) this.#free.push(at);
  }

  #add(id: number, group: number, hashed: Map<number, number> | undefined): number {
    const at = this.#free.pop() ?? this.#grow();
    const cells = this.#cells;
    const firstOfId = this.#firstOfId[id] as number;
    const firstOfGroup = this.#firstOfGroup[group] ?? NONE;
    cells[at + ID] = id;
    cells[at + GROUP] = group;
    cells[at + COUNT] = 0;
    cells[at + TOLD] = 0;
    cells[at + NEXT_OF_ID] = firstOfId;
    cells[at + PREVIOUS_OF_ID] = NONE;
    cells[at + NEXT_OF_GROUP] = firstOfGroup;
    cells[at + PREVIOUS_OF_GROUP] = NONE;
    if (firstOfId !== NONE) cells[firstOfId + PREVIOUS_OF_ID] = at;
    if (firstOfGroup !== NONE) cells[firstOfGroup + PREVIOUS_OF_GROUP] = at;
    this.#firstOfId[id] = at;
    this.#firstOfGroup[group] = at;
    hashed?.set(group, at);
    return at;
  }

  #grow(): number {
    const at = this.#end;
    this.#end += WIDTH;
    if (this.#end > this.#cells.length) {
      const wider = new Int32Array(this.#cells.length * 2);
      wider.set(this.#cells);
      this.#cells = wider;
    }
    return at;
  }

  #hash(id: number): Map<number, number> {
    const cells = this.#cells;
    const map = new Map<number, number>();
    for (let at = this.#firstOfId[id] as number; at !== NONE; at = cells[at + NEXT_OF_ID] as number)
      map.set(cells[at + GROUP] as number, at);
    this.#byGroup.set(id, map);
    return map;
  }

  #leave(id: number, group: number, reference: number): void {
    const cells = this.#cells;
    if (this.#byGroup.size > 0) this.#byGroup.get(id)?.delete(group);
    const next = cells[reference + NEXT_OF_ID] as number;
    const previous = cells[reference + PREVIOUS_OF_ID] as number;
    if (previous === NONE) this.#firstOfId[id] = next;
    else cells[previous + NEXT_OF_ID] = next;
    if (next !== NONE) cells[next + PREVIOUS_OF_ID] = previous;
    if (this.#firstOfId[id] !== NONE) return;
    this.#byGroup.delete(id);
    this.#ids.unlink(id);
    this.#ids.free(id);
  }
}
