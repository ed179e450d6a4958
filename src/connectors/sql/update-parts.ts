import type { UpdateShape } from './dialect.ts';

/** What every dialect's conditional update is made of: the table is `t`, its new and old values `v`. */
export interface UpdateParts {
  /** The parameters of one row: keys, what was read of the others, their new values. */
  readonly row: readonly string[];
  /** Their names as columns of `v`. */
  readonly names: readonly string[];
  /** Column and new value. Of a table that is all key: a key column and its own value. */
  readonly set: readonly (readonly [column: string, value: string])[];
  readonly where: string;
}

/** Takes a conditional update apart. */
export function updateParts({ keys, others }: UpdateShape): UpdateParts {
  const assigned = others.length > 0 ? others : keys;
  return {
    row: [
      ...keys.map(({ form }) => form.derived),
      ...others.map(({ form }) => form.derivedRead),
      ...others.map(({ form }) => form.derived),
    ],
    names: [
      ...keys.map((_, i) => `k${i}`),
      ...others.map((_, i) => `r${i}`),
      ...others.map((_, i) => `n${i}`),
    ],
    set: assigned.map(({ name }, i) => [name, others.length > 0 ? `v.n${i}` : `t.${name}`]),
    where: [
      ...keys.map(({ name }, i) => `t.${name} = v.k${i}`),
      ...others.map(({ name, form }, i) => form.same(`t.${name}`, `v.r${i}`)),
    ].join(' AND '),
  };
}
