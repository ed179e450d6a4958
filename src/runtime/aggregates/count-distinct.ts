import type { Value } from '../../values/sql-type.ts';
import type { Accumulator } from './accumulator.ts';

/** `countDistinct`: a reference count for each value that is in; NULL is not counted. */
export class CountDistinct implements Accumulator {
  readonly #references: Map<Value, number>[] = [];
  // Each change in order: the group's map, the value, and its count before.
  readonly #maps: Map<Value, number>[] = [];
  readonly #values: Value[] = [];
  readonly #counts: number[] = [];

  open(slot: number): void {
    this.#references[slot] = new Map();
  }
  save(): void {}
  add(slot: number, value: Value): void {
    if (value !== null) this.#change(this.#references[slot] as Map<Value, number>, value, 1);
  }
  retract(slot: number, value: Value): void {
    if (value !== null) this.#change(this.#references[slot] as Map<Value, number>, value, -1);
  }
  #change(map: Map<Value, number>, value: Value, by: number): void {
    const count = map.get(value) ?? 0;
    this.#maps.push(map);
    this.#values.push(value);
    this.#counts.push(count);
    put(map, value, count + by);
  }
  result(slot: number): number {
    return (this.#references[slot] as Map<Value, number>).size;
  }
  rollback(): void {
    for (let i = this.#maps.length - 1; i >= 0; i--)
      put(this.#maps[i] as Map<Value, number>, this.#values[i] as Value, this.#counts[i] as number);
    this.commit();
  }
  commit(): void {
    this.#maps.length = 0;
    this.#values.length = 0;
    this.#counts.length = 0;
  }
}

function put(map: Map<Value, number>, value: Value, count: number): void {
  if (count === 0) map.delete(value);
  else map.set(value, count);
}
