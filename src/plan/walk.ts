import type { IntoNode, JobPlan, Relation } from './node.ts';

/** What a node reads: its inputs, none for a source. */
export function inputsOf(node: Relation | IntoNode): readonly Relation[] {
  return node.op === 'source' ? [] : [node.input];
}

/** All relations of a plan, each once, every one after its inputs. */
export function relationsOf(plan: JobPlan): readonly Relation[] {
  const found = new Set<Relation>();
  const visit = (node: Relation): void => {
    if (found.has(node)) return;
    for (const input of inputsOf(node)) visit(input);
    found.add(node);
  };
  for (const output of plan.outputs) visit(output.input);
  return [...found];
}

/** All relations below a node, each once, every one after its inputs; the node itself is not among them. */
export function relationsBelow(node: Relation | IntoNode): readonly Relation[] {
  const found = new Set<Relation>();
  const visit = (from: Relation | IntoNode): void => {
    for (const input of inputsOf(from)) {
      if (found.has(input)) continue;
      visit(input);
      found.add(input);
    }
  };
  visit(node);
  return [...found];
}

/** Who reads each relation of a plan: relations and outputs. */
export function consumersOf(plan: JobPlan): ReadonlyMap<Relation, readonly (Relation | IntoNode)[]> {
  const consumers = new Map<Relation, (Relation | IntoNode)[]>();
  for (const node of [...relationsOf(plan), ...plan.outputs]) {
    for (const input of inputsOf(node)) {
      const list = consumers.get(input);
      if (list === undefined) consumers.set(input, [node]);
      else list.push(node);
    }
  }
  return consumers;
}
