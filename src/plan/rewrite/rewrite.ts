import type { JobPlan } from '../node.ts';
import { collapseLastValue } from './collapse-last-value.ts';
import { mergeProjections } from './merge-projections.ts';
import { pickUsed } from './pick-used.ts';
import { projectEarly } from './project-early.ts';
import { pruneFields } from './prune-fields.ts';
import { removeRedundant } from './remove-redundant.ts';
import { statelessUpsert } from './stateless-upsert.ts';

/**
 * A plan that gives the same tables with less work and less state: what a run executes.
 * Nodes keep their place in the job. Rewriting twice changes nothing more.
 */
export function rewrite(plan: JobPlan): JobPlan {
  const lean = pruneFields(statelessUpsert(removeRedundant(collapseLastValue(plan))));
  return pickUsed(pruneFields(mergeProjections(projectEarly(lean))));
}
