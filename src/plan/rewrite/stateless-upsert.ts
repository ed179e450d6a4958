import { isOfKeyedSource } from '../derive/keyed-source.ts';
import { upsertKeyOf } from '../derive/upsert-key.ts';
import type { IntoNode, JobPlan, LastValueNode, ProjectNode, Relation, UpsertNode } from '../node.ts';
import { consumersOf, relationsOf } from '../walk.ts';
import { isPlainLastValue } from './plain-last-value.ts';
import { rebuild, withInput, withOutputs } from './rebuild.ts';

/**
 * A plain `lastValue` over append-only rows whose rows go straight into tables, on their primary keys, needs no state:
 * it becomes an upsert of the epoch's last row of each key. Only projections that keep the key may stand between, and
 * every consumer must be such an output. An output into a table that the job looks up is given an upsert of its own,
 * whoever else reads the `lastValue`: every row is to be written back, changed or not.
 */
export function statelessUpsert(plan: JobPlan): JobPlan {
  const own = writeBacksApart(plan);
  const consumers = consumersOf(own);
  const straight = (node: Relation): boolean =>
    (consumers.get(node) ?? []).every((consumer) => {
      if (consumer.op === 'into') return keyedAsTable(consumer);
      return consumer.op === 'project' && straight(consumer);
    });
  return rebuild(own, (node, was) => (isStateless(node) && straight(was) ? upsertOf(node) : node));
}

/** Could it do without state? */
function isStateless(node: Relation): node is LastValueNode {
  return isPlainLastValue(node) && upsertKeyOf(node.input) === 'append-only' && !isOfKeyedSource(node);
}

function upsertOf({ at, input, keys }: LastValueNode): UpsertNode {
  return Object.freeze({ op: 'upsert', at, input, keys });
}

/** Are the rows keyed by the table's whole primary key, and nothing else? */
function keyedAsTable({ input, table }: IntoNode): boolean {
  const key = upsertKeyOf(input);
  return (
    typeof key !== 'string' &&
    key.length === table.primaryKey.length &&
    key.every((part) => table.primaryKey.includes(part))
  );
}

/** The plan with a copy of its own of what stands between a write-back and the rows that it writes. */
function writeBacksApart(plan: JobPlan): JobPlan {
  const lookedUp = new Set(
    relationsOf(plan).flatMap((node) => (node.op === 'lookup' ? [node.table.name] : [])),
  );
  return withOutputs(
    plan,
    plan.outputs.map((output) => {
      if (!lookedUp.has(output.table.name) || !keyedAsTable(output)) return output;
      const input = apart(output.input);
      return input === undefined ? output : withInput(output, input);
    }),
  );
}

/** The projections and the upsert that an output stands on, as new nodes; undefined where it stands on something else. */
function apart(node: Relation): ProjectNode | UpsertNode | undefined {
  if (isStateless(node)) return upsertOf(node);
  if (node.op !== 'project') return undefined;
  const input = apart(node.input);
  return input === undefined ? undefined : withInput(node, input);
}
