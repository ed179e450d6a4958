import type { Op, Relation } from '../node.ts';
import { aggregateFaults } from './aggregate.ts';
import { filterFaults } from './filter.ts';
import { lookupFaults } from './lookup.ts';
import { projectFaults } from './project.ts';
import { upsertFaults, winnerFaults } from './winner.ts';

const CHECKS: { readonly [O in Op]: (node: Extract<Relation, { op: O }>) => readonly string[] } = {
  source: () => [],
  filter: filterFaults,
  project: projectFaults,
  lastValue: winnerFaults,
  firstValue: winnerFaults,
  aggregate: aggregateFaults,
  lookup: lookupFaults,
  upsert: upsertFaults,
};

/** What is wrong with a node's own columns, types and options. Where anything is, the row types above cannot be trusted. */
export function rowFaults<O extends Op>(node: Extract<Relation, { op: O }>): readonly string[] {
  return CHECKS[node.op as O](node);
}
