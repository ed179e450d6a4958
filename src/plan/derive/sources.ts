import type { JobPlan } from '../node.ts';
import type { SourceSchema } from '../schema.ts';
import { relationsOf } from '../walk.ts';

/** The sources that a plan reads, each once, in order of first use. */
export function sourcesOf(plan: JobPlan): readonly SourceSchema[] {
  const byName = new Map<string, SourceSchema>();
  for (const node of relationsOf(plan)) {
    if (node.op === 'source' && !byName.has(node.source.name)) byName.set(node.source.name, node.source);
  }
  return [...byName.values()];
}
