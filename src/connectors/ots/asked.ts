/** Runs one call, as often as it takes; throws what it throws for good. */
export type Asked = <T>(call: () => Promise<T>) => Promise<T>;
