/** What is there at once, or later: who has it at hand need not make anyone wait a turn for it. */
export type MaybePromise<T> = T | Promise<T>;

/** Is it still to come? */
export const isPending = <T>(value: MaybePromise<T>): value is Promise<T> =>
  typeof value === 'object' && value !== null && 'then' in value;
