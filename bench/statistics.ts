/** The value in the middle; of an even number the mean of the two. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/** The least of sorted values that so large a part of them does not exceed: of 1 the greatest. */
export const percentile = (sorted: Float64Array, part: number): number =>
  sorted[Math.max(0, Math.ceil(part * sorted.length) - 1)] ?? Number.NaN;

/** `a[i] / b[i]`. */
export const ratios = (a: readonly number[], b: readonly number[]): number[] =>
  a.map((value, i) => value / (b[i] as number));

/** The least and the greatest. */
export const range = (values: readonly number[]): [number, number] => [
  Math.min(...values),
  Math.max(...values),
];
