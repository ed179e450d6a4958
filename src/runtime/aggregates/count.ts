import type { KeptColumn } from '../../state/checkpoint/block.ts';
import type { Value } from '../../values/sql-type.ts';
import type { Accumulator } from './accumulator.ts';
import { Saved } from './saved.ts';

/** `count`: the rows given. `ofValues`: only where the value is not NULL. */
export class Count implements Accumulator {
  readonly #counts: number[] = [];
  readonly #saved = new Saved<number>();
  readonly #ofValues: boolean;

  constructor(ofValues: boolean) {
    this.#ofValues = ofValues;
  }

  open(slot: number): void {
    this.#counts[slot] = 0;
  }
  save(slot: number): void {
    this.#saved.push(slot, this.#counts[slot] as number);
  }
  add(slot: number, value: Value): void {
    if (!this.#ofValues || value !== null) this.#counts[slot] = (this.#counts[slot] as number) + 1;
  }
  retract(slot: number, value: Value): void {
    if (!this.#ofValues || value !== null) this.#counts[slot] = (this.#counts[slot] as number) - 1;
  }
  result(slot: number): number {
    return this.#counts[slot] as number;
  }
  rollback(): void {
    this.#saved.restore((slot, count) => {
      this.#counts[slot] = count;
    });
  }
  commit(): void {
    this.#saved.clear();
  }
  readonly kept: readonly KeptColumn[] = [{ name: 'count', type: 'BIGINT' }];
  keep(slot: number, at: number, [counts]: readonly Value[][]): void {
    (counts as Value[])[at] = this.#counts[slot] as number;
  }
  restore(slot: number, at: number, [counts]: readonly (readonly Value[])[]): void {
    this.#counts[slot] = counts?.[at] as number;
  }
}
