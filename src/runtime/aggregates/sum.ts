import { RowError } from '../../errors.ts';
import type { KeptColumn } from '../../state/checkpoint/block.ts';
import { ExactSum, type SumState } from '../../values/exact-sum.ts';
import { decimalOf, type SqlType, type Value } from '../../values/sql-type.ts';
import type { Accumulator } from './accumulator.ts';
import { Saved } from './saved.ts';

/**
 * `sum` of numbers that are JavaScript numbers: the exact sum of the values that are in, whatever came and went between.
 * NULL over no value. A BIGINT beyond ±(2^53−1) or a DOUBLE beyond its range is out of range when it is read.
 */
export class NumberSum implements Accumulator {
  readonly #sums = new ExactSum();
  readonly #counts: number[] = [];
  readonly #saved = new Saved<{ readonly sum: SumState; readonly count: number }>();
  readonly #type: SqlType;

  constructor(type: SqlType) {
    this.#type = type;
  }

  open(slot: number): void {
    this.#sums.open(slot);
    this.#counts[slot] = 0;
  }
  save(slot: number): void {
    this.#saved.push(slot, { sum: this.#sums.get(slot), count: this.#counts[slot] as number });
  }
  add(slot: number, value: Value): void {
    if (value === null) return;
    this.#sums.add(slot, value as number);
    this.#counts[slot] = (this.#counts[slot] as number) + 1;
  }
  retract(slot: number, value: Value): void {
    if (value === null) return;
    this.#sums.add(slot, -(value as number));
    const count = (this.#counts[slot] as number) - 1;
    this.#counts[slot] = count;
    if (count === 0) this.#sums.open(slot);
  }
  result(slot: number): number | null {
    if (this.#counts[slot] === 0) return null;
    const sum = this.#sums.result(slot);
    if (this.#type === 'DOUBLE' ? !Number.isFinite(sum) : !Number.isSafeInteger(sum))
      throw new RowError(`${this.#type} out of range: the sum is about ${sum}`);
    return sum;
  }
  /** Values that are in. */
  count(slot: number): number {
    return this.#counts[slot] as number;
  }
  rollback(): void {
    this.#saved.restore((slot, { sum, count }) => {
      this.#sums.set(slot, sum);
      this.#counts[slot] = count;
    });
  }
  commit(): void {
    this.#saved.clear();
  }
  readonly kept: readonly KeptColumn[] = [
    { name: 'high', type: 'DOUBLE' },
    { name: 'low', type: 'DOUBLE' },
    { name: 'wide', type: 'BIGINT(bigint)' },
    { name: 'count', type: 'BIGINT' },
  ];
  keep(slot: number, at: number, [highs, lows, wides, counts]: readonly Value[][]): void {
    const { high, low, wide } = this.#sums.get(slot);
    (highs as Value[])[at] = high;
    (lows as Value[])[at] = low;
    (wides as Value[])[at] = wide ?? null;
    (counts as Value[])[at] = this.#counts[slot] as number;
  }
  restore(slot: number, at: number, [highs, lows, wides, counts]: readonly (readonly Value[])[]): void {
    this.#sums.set(slot, {
      high: highs?.[at] as number,
      low: lows?.[at] as number,
      wide: (wides?.[at] ?? undefined) as bigint | undefined,
    });
    this.#counts[slot] = counts?.[at] as number;
  }
}

/** `sum` of numbers that are `bigint`s (units of a DECIMAL, or BIGINT(bigint)): exact. NULL over no value. */
export class BigintSum implements Accumulator {
  readonly #sums: bigint[] = [];
  readonly #counts: number[] = [];
  readonly #saved = new Saved<readonly [sum: bigint, count: number]>();
  readonly #type: SqlType;
  readonly #limit: bigint;

  /** @param type of the result */
  constructor(type: SqlType) {
    this.#type = type;
    const decimal = decimalOf(type);
    this.#limit = decimal === undefined ? 2n ** 63n : 10n ** BigInt(decimal.precision);
  }

  open(slot: number): void {
    this.#sums[slot] = 0n;
    this.#counts[slot] = 0;
  }
  save(slot: number): void {
    this.#saved.push(slot, [this.#sums[slot] as bigint, this.#counts[slot] as number]);
  }
  add(slot: number, value: Value): void {
    if (value === null) return;
    this.#sums[slot] = (this.#sums[slot] as bigint) + (value as bigint);
    this.#counts[slot] = (this.#counts[slot] as number) + 1;
  }
  retract(slot: number, value: Value): void {
    if (value === null) return;
    this.#sums[slot] = (this.#sums[slot] as bigint) - (value as bigint);
    this.#counts[slot] = (this.#counts[slot] as number) - 1;
  }
  result(slot: number): bigint | null {
    if (this.#counts[slot] === 0) return null;
    const sum = this.#sums[slot] as bigint;
    if (sum >= this.#limit || -sum >= this.#limit)
      throw new RowError(`${this.#type} out of range: the sum is ${sum}`);
    return sum;
  }
  count(slot: number): number {
    return this.#counts[slot] as number;
  }
  rollback(): void {
    this.#saved.restore((slot, [sum, count]) => {
      this.#sums[slot] = sum;
      this.#counts[slot] = count;
    });
  }
  commit(): void {
    this.#saved.clear();
  }
  readonly kept: readonly KeptColumn[] = [
    { name: 'sum', type: 'BIGINT(bigint)' },
    { name: 'count', type: 'BIGINT' },
  ];
  keep(slot: number, at: number, [sums, counts]: readonly Value[][]): void {
    (sums as Value[])[at] = this.#sums[slot] as bigint;
    (counts as Value[])[at] = this.#counts[slot] as number;
  }
  restore(slot: number, at: number, [sums, counts]: readonly (readonly Value[])[]): void {
    this.#sums[slot] = sums?.[at] as bigint;
    this.#counts[slot] = counts?.[at] as number;
  }
}
