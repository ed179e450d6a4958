/** Units of 2^-1074, of which every finite double is a whole number. */
const UNIT_EXPONENT = 1074;
const words = new DataView(new ArrayBuffer(8));

/** A finite double as a whole number of 2^-1074. */
export function toUnits(value: number): bigint {
  words.setFloat64(0, value);
  const bits = words.getBigUint64(0);
  const exponent = Number((bits >> 52n) & 0x7ffn);
  const fraction = bits & 0xfffffffffffffn;
  const magnitude = exponent === 0 ? fraction : (fraction | 0x10000000000000n) << BigInt(exponent - 1);
  return bits >> 63n === 0n ? magnitude : -magnitude;
}

/** The double nearest to a whole number of 2^-1074, ties to even; an infinity beyond the range. */
export function fromUnits(units: bigint): number {
  const magnitude = units < 0n ? -units : units;
  const length = magnitude === 0n ? 0 : magnitude.toString(2).length;
  const drop = length - 53;
  let kept = magnitude;
  if (drop > 0) {
    const shift = BigInt(drop);
    kept = magnitude >> shift;
    const rest = magnitude - (kept << shift);
    const half = 1n << (shift - 1n);
    if (rest > half || (rest === half && (kept & 1n) === 1n)) kept += 1n;
  }
  // Two factors: 2^-1074 times the mantissa alone would be rounded twice for subnormal steps.
  const exponent = Math.max(drop, 0) - UNIT_EXPONENT;
  const scaled =
    exponent < -1000 ? Number(kept) * 2 ** -1000 * 2 ** (exponent + 1000) : Number(kept) * 2 ** exponent;
  return units < 0n ? -scaled : scaled;
}

/**
 * Sums of doubles, one per slot, that are exact under any order of adding and taking back and are rounded once, when
 * read. A sum is kept as the exact sum of two doubles (Knuth's TwoSum, whose error term is exact) as long as it fits
 * into them, which money does; the first value that does not fit moves it to a whole number of 2^-1074.
 */
export class ExactSum {
  readonly #high: number[] = [];
  readonly #low: number[] = [];
  readonly #wide: (bigint | undefined)[] = [];

  /** The slot's sum is 0. */
  open(slot: number): void {
    this.#high[slot] = 0;
    this.#low[slot] = 0;
    this.#wide[slot] = undefined;
  }

  /** Adds a finite value; to take it back, add its negative. */
  add(slot: number, value: number): void {
    const wide = this.#wide[slot];
    if (wide !== undefined) {
      this.#wide[slot] = wide + toUnits(value);
      return;
    }
    const high = this.#high[slot] as number;
    const sum = high + value;
    const part = sum - high;
    const error = high - (sum - part) + (value - part);
    if (error === 0 && Number.isFinite(sum)) {
      this.#high[slot] = sum;
      return;
    }
    const low = this.#low[slot] as number;
    const lowSum = low + error;
    const lowPart = lowSum - low;
    const lost = low - (lowSum - lowPart) + (error - lowPart);
    if (lost === 0 && Number.isFinite(sum)) {
      this.#high[slot] = sum;
      this.#low[slot] = lowSum;
      return;
    }
    this.#wide[slot] = toUnits(high) + toUnits(low) + toUnits(value);
  }

  /** The sum, rounded once to the nearest double; an infinity where it is beyond the range. */
  result(slot: number): number {
    const wide = this.#wide[slot];
    // `+ 0` makes -0 a 0.
    return (
      (wide === undefined ? (this.#high[slot] as number) + (this.#low[slot] as number) : fromUnits(wide)) + 0
    );
  }

  /** The state of a slot, to put it back. */
  get(slot: number): SumState {
    return { high: this.#high[slot] as number, low: this.#low[slot] as number, wide: this.#wide[slot] };
  }

  set(slot: number, state: SumState): void {
    this.#high[slot] = state.high;
    this.#low[slot] = state.low;
    this.#wide[slot] = state.wide;
  }
}

/** What one sum is made of. */
export interface SumState {
  readonly high: number;
  readonly low: number;
  readonly wide: bigint | undefined;
}
