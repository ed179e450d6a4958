import { isOfKeyedSource } from '../derive/keyed-source.ts';
import { upsertKeyOf } from '../derive/upsert-key.ts';
import type { JobPlan, ProjectNode, Relation } from '../node.ts';
import { consumersOf } from '../walk.ts';
import { rebuild } from './rebuild.ts';

/**
 * Moves a projection with computed columns from above a `lastValue` or `firstValue` of append-only rows to below it: a
 * value is then computed once, when its row arrives, and the state keeps it in place of what it was made from. Only where
 * the projection carries the key, and nothing else reads the rows as they are.
 */
export function projectEarly(plan: JobPlan): JobPlan {
  const consumers = consumersOf(plan);
  return rebuild(plan, (node, was) => {
    if (node.op !== 'project' || was.op !== 'project' || consumers.get(was.input)?.length !== 1) return node;
    const winner = node.input;
    if (winner.op !== 'lastValue' && winner.op !== 'firstValue') return node;
    // A row that deletes has nothing to compute with.
    if (isOfKeyedSource(winner)) return node;
    const named = winner.by === null ? winner.keys : [...winner.keys, winner.by];
    const fits =
      !winner.ignoreNulls &&
      upsertKeyOf(winner.input) === 'append-only' &&
      node.fields.some(([, value]) => value.op !== 'column') &&
      named.every((name) => carries(node, name));
    if (!fits) return node;
    const below: ProjectNode = Object.freeze({ ...node, input: winner.input });
    return Object.freeze({ ...winner, input: below }) satisfies Relation;
  });
}

const carries = (node: ProjectNode, column: string): boolean =>
  node.fields.some(([name, value]) => name === column && value.op === 'column' && value.name === column);
