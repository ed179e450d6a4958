import type { KeptColumn } from '../../state/checkpoint/block.ts';
import { decimalOf, type SqlType, type Value } from '../../values/sql-type.ts';
import type { Accumulator } from './accumulator.ts';
import { BigintSum, NumberSum } from './sum.ts';

/** `avg`: the exact sum, divided once by the count. NULL over no value. */
export class Average implements Accumulator {
  readonly #sum: NumberSum | BigintSum;
  readonly #divide: (sum: number | bigint, count: number) => Value;

  /** @param of type of the values, @param type type of the average */
  constructor(of: SqlType, type: SqlType) {
    const from = decimalOf(of);
    const to = decimalOf(type);
    if (from !== undefined && to !== undefined) {
      this.#sum = new BigintSum(`DECIMAL(1000,${from.scale})`);
      const up = 10n ** BigInt(to.scale - from.scale);
      this.#divide = (sum, count) => divideHalfUp((sum as bigint) * up, BigInt(count));
    } else if (of === 'BIGINT(bigint)') {
      this.#sum = new BigintSum('DECIMAL(1000,0)');
      this.#divide = (sum, count) => Number(sum) / count;
    } else {
      this.#sum = new NumberSum('DOUBLE');
      this.#divide = (sum, count) => (sum as number) / count;
    }
  }

  open(slot: number): void {
    this.#sum.open(slot);
  }
  save(slot: number): void {
    this.#sum.save(slot);
  }
  add(slot: number, value: Value): void {
    this.#sum.add(slot, value);
  }
  retract(slot: number, value: Value): void {
    this.#sum.retract(slot, value);
  }
  result(slot: number): Value {
    const sum = this.#sum.result(slot);
    return sum === null ? null : this.#divide(sum, this.#sum.count(slot));
  }
  rollback(): void {
    this.#sum.rollback();
  }
  commit(): void {
    this.#sum.commit();
  }
  get kept(): readonly KeptColumn[] {
    return this.#sum.kept;
  }
  keep(slot: number, at: number, into: readonly Value[][]): void {
    this.#sum.keep(slot, at, into);
  }
  restore(slot: number, at: number, from: readonly (readonly Value[])[]): void {
    this.#sum.restore(slot, at, from);
  }
}

function divideHalfUp(dividend: bigint, divisor: bigint): bigint {
  const magnitude = dividend < 0n ? -dividend : dividend;
  const rounded = (magnitude * 2n + divisor) / (divisor * 2n);
  return dividend < 0n ? -rounded : rounded;
}
