import type { IntoNode, Relation } from '../../plan/node.ts';
import type { Operator } from '../operator.ts';
import type { Into } from '../operators/into.ts';

/** What is made for a node of a plan. */
export type Part = 'operator' | 'output' | 'write-back';

/** Stands beside `compile` while it makes a plan's parts: to note what is made, or to put a check around it. */
export interface Making {
  /** Makes a part, and answers it. */
  readonly part?: <T>(node: Relation | IntoNode, part: Part, make: () => T) => T;
  /** What runs in place of an operator. */
  readonly operator?: (operator: Operator) => Operator;
  /** What runs in place of the end of an output. */
  readonly into?: (into: Into) => Into;
}
