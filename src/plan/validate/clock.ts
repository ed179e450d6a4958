import { upsertKeyOf } from '../derive/upsert-key.ts';
import { expressionsOf, partsOf } from '../expressions-of.ts';
import type { Relation } from '../node.ts';

/** The clock is read when a row arrives, so only over rows that are never taken back: a retraction could not be judged again. */
export function clockFaults(node: Relation): readonly string[] {
  if (node.op === 'source' || upsertKeyOf(node.input) === 'append-only') return [];
  const clocks = expressionsOf(node)
    .flatMap(({ expression }) => partsOf(expression))
    .flatMap((part) => (part.op === 'clock' ? [part.of] : []));
  return [...new Set(clocks)].map(
    (name) =>
      `${name}() is read when a row arrives, but these rows change later: compute what needs it with .extend({ … }) before keyBy or groupBy`,
  );
}
