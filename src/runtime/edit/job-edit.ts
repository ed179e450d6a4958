import { determinismOf } from '../../plan/derive/determinism.ts';
import { keptStateOf } from '../../plan/derive/kept-state.ts';
import type { IntoNode, JobPlan, Relation } from '../../plan/node.ts';
import { consumersOf, relationsBelow, relationsOf } from '../../plan/walk.ts';
import type { KeptPart } from '../../state/checkpoint/checkpoint-log.ts';
import { heldParts } from '../checkpoint/held-parts.ts';
import { sinkParts, sinkTable } from '../checkpoint/outbox.ts';
import { type OperatorPart, stateParts } from '../checkpoint/state-parts.ts';
import type { OperatorState } from '../compile.ts';

/** An operator that has state, and what becomes of it. */
export interface OperatorEdit {
  readonly node: Relation;
  /** `keep`: the state holds it. `rebuild`: it is made from what operators below it hold. `replay`: from the rows of the sources. */
  readonly action: 'keep' | 'rebuild' | 'replay';
}

/** A table that the job writes, and what becomes of it. */
export interface TableEdit {
  readonly output: IntoNode;
  /**
   * `keep`: nothing. `rewrite`: its rows go, and are written anew from the state or, where the sources are replayed, from theirs. `go on`: its rows stay, later ones are made by the job
   * as it is now.
   */
  readonly action: 'keep' | 'rewrite' | 'go on';
  /** No version of the job has written it. */
  readonly added: boolean;
}

/** What an edit of a job means for its state and its tables. */
export interface JobEdit {
  readonly operators: readonly OperatorEdit[];
  readonly tables: readonly TableEdit[];
  /** What is kept and the job has no more, in words. */
  readonly dropped: readonly string[];
  /** Are the sources read again from their beginning? */
  readonly replay: boolean;
  /** Why it cannot be done; undefined: it can. */
  readonly obstacle: string | undefined;
  /** Does it change anything? */
  readonly changes: boolean;
}

const site = (node: Relation | IntoNode): string => `${node.op} at ${node.at.file}:${node.at.line}`;

/**
 * Matches a plan that is compiled with what a state keeps: each operator by its identity and the columns it keeps, each table by what goes into it.
 * @param anew write all tables anew that can be, also where nothing is edited
 */
export function jobEdit(
  plan: JobPlan,
  all: readonly OperatorState[],
  kept: readonly KeptPart[],
  anew: boolean,
): JobEdit {
  const states = all.filter(({ node }) => keptStateOf(node) !== 'none');
  const parts = stateParts(states);
  const held = heldOperators(parts, kept);
  const recallable = recallableOf(held);
  const lost = states.find(({ node }) => keptStateOf(node) === 'own' && !held.has(node));
  const tables = plan.outputs.map((output) => tableEdit(output, kept, anew));
  const unmade = tables.find(({ output, action }) => action === 'rewrite' && !recallable(output.input));
  const replay = lost !== undefined || unmade !== undefined;
  const dropped = droppedOf(plan, parts, held, kept);
  const unchanged = tables.filter(({ action }) => action === 'keep').map(({ output }) => output);
  const operators = states.map(({ node }): OperatorEdit => {
    if (replay) return { node, action: 'replay' };
    const before = keptStateOf(node) === 'own' || feeds(plan, node, unchanged);
    return { node, action: before ? 'keep' : 'rebuild' };
  });
  const written: readonly TableEdit[] = replay
    ? tables.map((table) => ({ ...table, action: 'rewrite' }))
    : tables;
  const cause = lost?.node ?? unmade?.output;
  return {
    operators,
    tables: written,
    dropped,
    replay,
    obstacle: cause && obstacleOf(plan, cause),
    changes:
      replay ||
      dropped.length > 0 ||
      operators.some(({ action }) => action !== 'keep') ||
      written.some(({ action }) => action !== 'keep') ||
      !parts.every(({ kept: part }) => kept.some((old) => isPart(old, part))),
  };
}

const isPart = (old: KeptPart, part: Omit<KeptPart, 'id'>): boolean =>
  old.kind === part.kind &&
  old.owner === part.owner &&
  old.name === part.name &&
  JSON.stringify(old.columns) === JSON.stringify(part.columns);

/** The operators that a state holds, with their parts there, in order of their own. */
export function heldOperators(
  parts: readonly OperatorPart[],
  kept: readonly KeptPart[],
): ReadonlyMap<Relation, readonly KeptPart[]> {
  const nodes = [...new Set(parts.map(({ node }) => node))];
  return new Map(
    nodes.flatMap((node) => {
      const found = heldParts(
        parts.filter((part) => part.node === node),
        kept,
      );
      return found === undefined ? [] : [[node, found] as const];
    }),
  );
}

/** Can all rows that a relation stands for be told from the state? */
function recallableOf(held: ReadonlyMap<Relation, unknown>): (node: Relation) => boolean {
  const recallable = (node: Relation): boolean => {
    switch (node.op) {
      case 'source':
      case 'upsert':
        return false;
      case 'filter':
      case 'project':
        return recallable(node.input);
      case 'lookup':
        return held.has(node) && recallable(node.input);
      case 'lastValue':
      case 'firstValue':
      case 'aggregate':
        return keptStateOf(node) === 'own' ? held.has(node) : recallable(node.input);
    }
  };
  return recallable;
}

function tableEdit(output: IntoNode, kept: readonly KeptPart[], anew: boolean): TableEdit {
  const same = sinkParts([output]).every((part) => kept.some((old) => isPart(old, part)));
  const added = !kept.some((part) => part.kind !== 'state' && sinkTable(part) === output.table.name);
  // What was looked up then cannot be looked up again, nor is the clock what it was: rows that were made of it are what they are.
  const lasting = determinismOf(output.input) !== 'pure' && isStateless(output.input);
  if (lasting) return { output, action: same ? 'keep' : 'go on', added };
  return { output, action: same && !anew ? 'keep' : 'rewrite', added };
}

/** Is each row made of one row of a source, whatever came before it? */
const isStateless = (node: Relation): boolean =>
  [node, ...relationsBelow(node)].every((below) => keptStateOf(below) === 'none');

function feeds(plan: JobPlan, node: Relation, outputs: readonly IntoNode[]): boolean {
  const consumers = consumersOf(plan);
  const reaches = (from: Relation | IntoNode): boolean =>
    from.op === 'into' ? outputs.includes(from) : (consumers.get(from) ?? []).some(reaches);
  return reaches(node);
}

function droppedOf(
  plan: JobPlan,
  parts: readonly OperatorPart[],
  held: ReadonlyMap<Relation, readonly KeptPart[]>,
  kept: readonly KeptPart[],
): readonly string[] {
  const used = new Set([...held.values()].flat());
  const owners = new Set(parts.map((part) => part.kept.owner));
  const tables = new Set(plan.outputs.map(({ table }) => table.name));
  const gone = kept.filter((part) =>
    part.kind === 'state'
      ? !used.has(part) && !owners.has(part.owner)
      : part.kind === 'sink' && !tables.has(sinkTable(part)),
  );
  return [...new Set(gone.map(({ description }) => description))];
}

/** Why the rows of the sources cannot be applied anew. */
function obstacleOf(plan: JobPlan, cause: Relation | IntoNode): string | undefined {
  const nodes = relationsOf(plan);
  const impure = nodes.find((node) => determinismOf(node) !== 'pure');
  const ending = nodes.find((node) => 'ttl' in node && node.ttl !== null);
  const reason =
    impure !== undefined
      ? `${site(impure)} ${determinismOf(impure)}, which is not what it was`
      : ending !== undefined && `${site(ending)} has a ttl, and time is not what it was`;
  if (!reason) return undefined;
  return `the state does not hold what ${site(cause)} needs, and the rows of the sources cannot be applied anew: ${reason}`;
}
