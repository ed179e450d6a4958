import type { JobPlan } from '../node.ts';
import type { SourceSchema } from '../schema.ts';
import { usedColumns } from './used-columns.ts';

/** The columns of a source that anything above uses, in schema order: what its rows need to carry. */
export function keptColumns(plan: JobPlan, source: SourceSchema): readonly string[] {
  const kept = new Set<string>();
  for (const [node, names] of usedColumns(plan)) {
    if (node.op === 'source' && node.source.name === source.name) for (const name of names) kept.add(name);
  }
  return source.columns.map(({ name }) => name).filter((name) => kept.has(name));
}
