import { columnsOf } from '../derive/columns.ts';
import { needsArrival } from '../derive/needs-arrival.ts';
import { columnsIn, expressionsOf } from '../expressions-of.ts';
import type { IntoNode, JobPlan, Relation } from '../node.ts';
import { relationsOf } from '../walk.ts';

/**
 * Which columns of each relation anything above it uses. A projection's fields all count as used: they are computed,
 * and one that throws quarantines its row (`pruneFields` drops those that are only carried).
 */
export function usedColumns(plan: JobPlan): ReadonlyMap<Relation, ReadonlySet<string>> {
  const relations = relationsOf(plan);
  const used = new Map(relations.map((node) => [node, new Set<string>()]));
  const use = (node: Relation, names: Iterable<string>): void => {
    for (const name of names) used.get(node)?.add(name);
  };
  const ordered = needsArrival(plan);
  for (const output of plan.outputs) use(output.input, namesOf(output));
  for (const node of relations.toReversed()) {
    if (node.op === 'source') continue;
    for (const { expression } of expressionsOf(node)) use(node.input, columnsIn(expression));
    switch (node.op) {
      case 'project':
        break;
      case 'aggregate':
        use(node.input, node.keys);
        break;
      case 'filter':
        use(node.input, used.get(node) ?? []);
        break;
      case 'lastValue':
      case 'firstValue':
        use(node.input, node.by === null ? node.keys : [...node.keys, node.by]);
        use(node.input, used.get(node) ?? []);
        // Each column of a row that is made of several has a say in its arrival.
        if (node.ignoreNulls && ordered.has(node)) use(node.input, namesOf(node));
        break;
      case 'upsert':
        use(node.input, node.keys);
        use(node.input, used.get(node) ?? []);
        break;
      case 'lookup': {
        const near = new Set(namesOf(node.input));
        use(
          node.input,
          node.on.map(([, column]) => column),
        );
        use(
          node.input,
          [...(used.get(node) ?? [])].filter((name) => near.has(name)),
        );
        break;
      }
    }
  }
  return used;
}

function namesOf(node: Relation | IntoNode): readonly string[] {
  return columnsOf(node).map(({ name }) => name);
}
