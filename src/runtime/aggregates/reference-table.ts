import type { Value } from '../../values/sql-type.ts';

const NONE = -1;
/** From so many groups on, a value finds its group by hash in place of a walk. */
const WALK = 8;

/** Columns of one reference, in `Int32Array`s that grow together. */
const FIELDS = [
  'id',
  'group',
  'count',
  'nextOfId',
  'previousOfId',
  'nextOfGroup',
  'previousOfGroup',
] as const;
type Fields = Record<(typeof FIELDS)[number], Int32Array>;

/**
 * How often each value is in each group: a sparse matrix of reference counts. A value is hashed once and has a small id
 * from then on; its references, one per group, form a list. A reference that falls to zero stays until `sweep`, so that
 * one that comes back within the epoch costs nothing. A group lets go of all of its references without a look at others.
 */
export class ReferenceTable {
  readonly #ids = new Map<Value, number>();
  readonly #values: (Value | undefined)[] = [];
  readonly #freeIds: number[] = [];
  /** By id: its first reference. */
  readonly #firstOfId: number[] = [];
  /** By id, where it is in many groups: group to reference. */
  readonly #byGroup = new Map<number, Map<number, number>>();
  /** By group: its first reference. */
  readonly #firstOfGroup: number[] = [];
  #size = 0;
  readonly #free: number[] = [];
  #fields = grown(undefined, 256);

  /** The id of a value: `hint` if it is that value's, found without hashing. Made where there is none. */
  idOf(value: Value, hint: number | undefined): number {
    if (hint !== undefined && this.#values[hint] === value) return hint;
    const known = this.#ids.get(value);
    if (known !== undefined) return known;
    const id = this.#freeIds.pop() ?? this.#values.length;
    this.#values[id] = value;
    this.#firstOfId[id] = NONE;
    this.#ids.set(value, id);
    return id;
  }

  /** The reference of a value in a group; made, with count 0, where there is none. */
  reference(id: number, group: number): number {
    const { group: groups, nextOfId } = this.#fields;
    const hashed = this.#byGroup.size === 0 ? undefined : this.#byGroup.get(id);
    if (hashed !== undefined) return hashed.get(group) ?? this.#add(id, group, hashed);
    let steps = 0;
    for (let at = this.#firstOfId[id] as number; at !== NONE; at = nextOfId[at] as number) {
      if (groups[at] === group) return at;
      steps++;
    }
    return this.#add(id, group, steps < WALK ? undefined : this.#hash(id));
  }

  count(reference: number): number {
    return this.#fields.count[reference] as number;
  }

  setCount(reference: number, count: number): void {
    this.#fields.count[reference] = count;
  }

  /** Lets go of a reference whose count is 0, and of its value where that was its last. */
  sweep(reference: number): void {
    const { id, group, count, nextOfGroup, previousOfGroup } = this.#fields;
    if (count[reference] !== 0 || group[reference] === NONE) return;
    const next = nextOfGroup[reference] as number;
    const previous = previousOfGroup[reference] as number;
    if (previous === NONE) this.#firstOfGroup[group[reference] as number] = next;
    else nextOfGroup[previous] = next;
    if (next !== NONE) previousOfGroup[next] = previous;
    this.#leave(id[reference] as number, reference);
    group[reference] = NONE;
    this.#free.push(reference);
  }

  /** Lets go of all references of a group, whatever their counts. */
  clearGroup(group: number): void {
    const { count, nextOfGroup } = this.#fields;
    let at = this.#firstOfGroup[group] ?? NONE;
    while (at !== NONE) {
      const next = nextOfGroup[at] as number;
      count[at] = 0;
      this.sweep(at);
      at = next;
    }
  }

  #add(id: number, group: number, hashed: Map<number, number> | undefined): number {
    const at = this.#free.pop() ?? this.#size++;
    if (at >= this.#fields.id.length) this.#fields = grown(this.#fields, at * 2);
    const fields = this.#fields;
    const first = this.#firstOfGroup[group] ?? NONE;
    const firstOfId = this.#firstOfId[id] as number;
    fields.id[at] = id;
    fields.group[at] = group;
    fields.count[at] = 0;
    fields.nextOfId[at] = firstOfId;
    fields.previousOfId[at] = NONE;
    if (firstOfId !== NONE) fields.previousOfId[firstOfId] = at;
    fields.nextOfGroup[at] = first;
    fields.previousOfGroup[at] = NONE;
    if (first !== NONE) fields.previousOfGroup[first] = at;
    this.#firstOfId[id] = at;
    this.#firstOfGroup[group] = at;
    hashed?.set(group, at);
    return at;
  }

  #hash(id: number): Map<number, number> {
    const { group, nextOfId } = this.#fields;
    const map = new Map<number, number>();
    for (let at = this.#firstOfId[id] as number; at !== NONE; at = nextOfId[at] as number)
      map.set(group[at] as number, at);
    this.#byGroup.set(id, map);
    return map;
  }

  #leave(id: number, reference: number): void {
    const { group, nextOfId, previousOfId } = this.#fields;
    const hashed = this.#byGroup.get(id);
    hashed?.delete(group[reference] as number);
    const next = nextOfId[reference] as number;
    const previous = previousOfId[reference] as number;
    if (previous === NONE) this.#firstOfId[id] = next;
    else nextOfId[previous] = next;
    if (next !== NONE) previousOfId[next] = previous;
    if (this.#firstOfId[id] !== NONE) return;
    this.#byGroup.delete(id);
    this.#ids.delete(this.#values[id] as Value);
    this.#values[id] = undefined;
    this.#freeIds.push(id);
  }
}

function grown(fields: Fields | undefined, length: number): Fields {
  const wider = {} as Fields;
  for (const field of FIELDS) {
    wider[field] = new Int32Array(length);
    if (fields !== undefined) wider[field].set(fields[field]);
  }
  return wider;
}
