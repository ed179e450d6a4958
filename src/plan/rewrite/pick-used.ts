import type { JobPlan, ProjectNode, Relation } from '../node.ts';
import { consumersOf } from '../walk.ts';
import { rebuild } from './rebuild.ts';
import { usedColumns } from './used-columns.ts';

/**
 * Puts a projection above each source of which some columns are never used: from there on rows are no wider than needed.
 * A source whose rows carry just those columns gives that projection nothing to do.
 */
export function pickUsed(plan: JobPlan): JobPlan {
  const used = usedColumns(plan);
  const consumers = consumersOf(plan);
  return rebuild(plan, (node) => {
    if (node.op !== 'source' || (consumers.get(node) ?? []).every(isPick)) return node;
    const kept = node.source.columns.map(({ name }) => name).filter((name) => used.get(node)?.has(name));
    if (kept.length === 0 || kept.length === node.source.columns.length) return node;
    const pick: ProjectNode = {
      op: 'project',
      at: node.at,
      input: node,
      fields: Object.freeze(
        kept.map((name) => Object.freeze([name, Object.freeze({ op: 'column', name })] as const)),
      ),
    };
    return Object.freeze(pick);
  });
}

/** Does a node nothing but narrow its rows? */
function isPick(node: Relation | { readonly op: 'into' }): boolean {
  return (
    node.op === 'project' &&
    node.fields.every(([name, value]) => value.op === 'column' && value.name === name)
  );
}
