import type { IntoNode, JobPlan, Relation } from '../node.ts';

/**
 * The plan with each relation replaced by what `change` makes of it, inputs first: `change` sees a node whose inputs are
 * replaced already, and the node as it stood. What is shared stays shared, and what does not change stays the same object.
 */
export function rebuild(plan: JobPlan, change: (node: Relation, was: Relation) => Relation): JobPlan {
  const done = new Map<Relation, Relation>();
  const replaced = (was: Relation): Relation => {
    let node = done.get(was);
    if (node === undefined) {
      node = change(was.op === 'source' ? was : withInput(was, replaced(was.input)), was);
      done.set(was, node);
    }
    return node;
  };
  return withOutputs(
    plan,
    plan.outputs.map((output) => withInput(output, replaced(output.input))),
  );
}

/** The node over another input. */
export function withInput<N extends { readonly input: Relation }>(node: N, input: Relation): N {
  return node.input === input ? node : Object.freeze({ ...node, input });
}

/** The plan with other outputs. */
export function withOutputs(plan: JobPlan, outputs: readonly IntoNode[]): JobPlan {
  const same = outputs.every((output, i) => output === plan.outputs[i]);
  return same ? plan : Object.freeze({ ...plan, outputs: Object.freeze(outputs) });
}
