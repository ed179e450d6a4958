const UNITS = [
  [86_400_000, 'day'],
  [3_600_000, 'hour'],
  [60_000, 'minute'],
  [1000, 'second'],
] as const;

/** A time span in the largest unit that holds it whole: `2 days`, `90 minutes`, `1500 ms`. */
export function durationText(millis: number): string {
  for (const [size, unit] of UNITS) {
    if (millis === 0 || millis % size !== 0) continue;
    const n = millis / size;
    return `${n} ${unit}${n === 1 ? '' : 's'}`;
  }
  return `${millis} ms`;
}
