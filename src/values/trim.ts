/** Arrays up to this length are left as they are. */
const SMALL = 1024;

/** Lets go of what an array that is filled again and again holds of a time when it was far fuller than now. */
export function trim(array: unknown[], used: number): void {
  if (array.length > SMALL && used * 8 < array.length) array.length = Math.max(used, SMALL);
}
