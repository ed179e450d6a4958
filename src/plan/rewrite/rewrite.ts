import { wrong } from '../../errors.ts';
import { nearest } from '../nearest.ts';
import type { JobPlan } from '../node.ts';
import { collapseLastValue } from './collapse-last-value.ts';
import { mergeProjections } from './merge-projections.ts';
import { pickUsed } from './pick-used.ts';
import { projectEarly } from './project-early.ts';
import { pruneFields } from './prune-fields.ts';
import { removeRedundant } from './remove-redundant.ts';
import { statelessUpsert } from './stateless-upsert.ts';

const REWRITES = {
  collapseLastValue,
  removeRedundant,
  statelessUpsert,
  pruneFields,
  projectEarly,
  mergeProjections,
  pickUsed,
} satisfies Readonly<Record<string, (plan: JobPlan) => JobPlan>>;

/** A rewrite of plans, by its name. */
export type RewriteName = keyof typeof REWRITES;

/** Which rewrites are made: all save those that are `false`; `false`: none. Tables are the same, work and state are not. */
export type Rewrites = false | Readonly<Partial<Record<RewriteName, boolean>>>;

/** All rewrites, by name. */
export const rewriteNames = Object.keys(REWRITES) as readonly RewriteName[];

const ORDER: readonly RewriteName[] = [
  'collapseLastValue',
  'removeRedundant',
  'statelessUpsert',
  'pruneFields',
  'projectEarly',
  'mergeProjections',
  // Merging leaves fields unused that stood between.
  'pruneFields',
  'pickUsed',
];

/**
 * A plan that gives the same tables with less work and less state: what a run executes.
 * Nodes keep their place in the job. Rewriting twice changes nothing more.
 * @throws MillraceError (exit 2) for a name that is no rewrite's
 */
export function rewrite(plan: JobPlan, rewrites: Rewrites = {}): JobPlan {
  if (rewrites === false) return plan;
  for (const name of Object.keys(rewrites)) checkName(name);
  return ORDER.filter((name) => rewrites[name] !== false).reduce(
    (rewritten, name) => REWRITES[name](rewritten),
    plan,
  );
}

function checkName(name: string): void {
  if (Object.hasOwn(REWRITES, name)) return;
  throw wrong(
    `there is no rewrite '${name}'${nearest(name, rewriteNames) || `, but ${rewriteNames.join(', ')}`}`,
  );
}
