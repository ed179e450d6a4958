import { expressionsOf, partsOf } from '../expressions-of.ts';
import { memo } from '../memo.ts';
import type { IntoNode, Relation } from '../node.ts';
import { inputsOf } from '../walk.ts';

const ORDER = ['pure', 'reads the clock', 'reads the outside'] as const;
/** What a result depends on besides the source rows: nothing, the clock, or a table that others may write. */
export type Determinism = (typeof ORDER)[number];

/** The determinism of a node's rows: the strongest of its own and its inputs'. A `udf` is declared pure. */
export const determinismOf: (node: Relation | IntoNode) => Determinism = memo((node: Relation | IntoNode) =>
  [ownOf(node), ...inputsOf(node).map(determinismOf)].reduce((a, b) =>
    ORDER.indexOf(a) >= ORDER.indexOf(b) ? a : b,
  ),
);

function ownOf(node: Relation | IntoNode): Determinism {
  if (node.op === 'into') return 'pure';
  if (node.op === 'lookup') return 'reads the outside';
  const clock = expressionsOf(node).some(({ expression }) =>
    partsOf(expression).some((part) => part.op === 'clock'),
  );
  return clock ? 'reads the clock' : 'pure';
}
