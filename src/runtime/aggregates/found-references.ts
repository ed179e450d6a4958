import type { Block } from '../../state/checkpoint/block.ts';
import type { Value } from '../../values/sql-type.ts';

/** The group of a reference that is free. */
export const NO_GROUP = -1;

/** References of a checkpoint, by number: column by column, as there are many. */
export class FoundReferences {
  readonly groups: number[] = [];
  readonly values: Value[] = [];
  readonly counts: number[] = [];

  /** Takes in what a block tells; later blocks count. Columns: group, value, count. */
  take({ n, places, flags, values: [groups, values, counts] }: Block): void {
    let at = 0;
    for (let i = 0; i < n; i++) {
      const number = places[i] as number;
      // No holes: an array with many of them is slow.
      for (let next = this.groups.length; next <= number; next++) this.#put(next, NO_GROUP, null, 0);
      if (flags[i] === 0) this.#put(number, NO_GROUP, null, 0);
      else {
        this.#put(number, groups?.[at] as number, values?.[at] as Value, counts?.[at] as number);
        at++;
      }
    }
  }

  #put(number: number, group: number, value: Value, count: number): void {
    this.groups[number] = group;
    this.values[number] = value;
    this.counts[number] = count;
  }

  clear(): void {
    this.groups.length = 0;
    this.values.length = 0;
    this.counts.length = 0;
  }
}
