import type { Relation } from '../../plan/node.ts';
import { stateFingerprintOf } from '../../plan/state-identity.ts';
import type { KeptPart } from '../../state/checkpoint/checkpoint-log.ts';
import type { StatePart } from '../../state/checkpoint/state-part.ts';
import type { OperatorState } from '../compile.ts';

/** A part of an operator's state, and how a checkpoint names it. */
export interface OperatorPart {
  readonly node: Relation;
  readonly part: StatePart;
  readonly kept: Omit<KeptPart, 'id'>;
}

/** What a checkpoint keeps of the operators of a plan. Operators of one identity hold the same; each has its own copy. */
export function stateParts(states: readonly OperatorState[]): readonly OperatorPart[] {
  const seen = new Map<string, number>();
  return states.flatMap(({ node, parts }) => {
    if (parts.length === 0) return [];
    const fingerprint = stateFingerprintOf(node);
    const times = seen.get(fingerprint) ?? 0;
    seen.set(fingerprint, times + 1);
    const owner = times === 0 ? fingerprint : `${fingerprint}.${times}`;
    const description = `${node.op} at ${node.at.file}:${node.at.line}`;
    return parts.map((part) => ({
      node,
      part,
      kept: { kind: 'state' as const, owner, name: part.name, columns: part.columns, description },
    }));
  });
}
