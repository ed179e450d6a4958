import { upsertKeyOf } from '../derive/upsert-key.ts';
import type { JobPlan, ProjectNode, Relation } from '../node.ts';
import { rebuild } from './rebuild.ts';
import { usedColumns } from './used-columns.ts';

/**
 * Drops fields of projections that carry a column which nothing above uses, so that state and rows hold no more than
 * the job needs. Computed fields stay: one that throws quarantines its row, used or not. So does the upsert key.
 */
export function pruneFields(plan: JobPlan): JobPlan {
  // A field that goes may leave another of a projection below unused.
  for (let before = plan; ; ) {
    const after = pruneOnce(before);
    if (after === before) return after;
    before = after;
  }
}

function pruneOnce(plan: JobPlan): JobPlan {
  const used = usedColumns(plan);
  return rebuild(plan, (node, was) => (node.op === 'project' ? pruned(node, used.get(was)) : node));
}

function pruned(node: ProjectNode, used: ReadonlySet<string> | undefined): Relation {
  const key = upsertKeyOf(node);
  const fields = node.fields.filter(
    ([name, value]) =>
      used?.has(name) || value.op !== 'column' || (typeof key !== 'string' && key.includes(name)),
  );
  return fields.length === node.fields.length
    ? node
    : Object.freeze({ ...node, fields: Object.freeze(fields) });
}
