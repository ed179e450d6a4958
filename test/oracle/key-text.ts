import type { Value } from './types.ts';

/** Values as one text, the same exactly where they are equal as a key: NULL equals NULL, -0 equals 0. */
export const keyText = (values: readonly Value[]): string =>
  JSON.stringify(values.map((value) => (typeof value === 'bigint' ? [String(value)] : value)));
