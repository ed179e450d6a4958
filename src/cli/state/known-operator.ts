import { keptStateOf } from '../../plan/derive/kept-state.ts';
import type { JobPlan, Relation } from '../../plan/node.ts';
import { stateFingerprintOf } from '../../plan/state-identity.ts';
import { relationsOf } from '../../plan/walk.ts';
import type { KeptPart } from '../../state/checkpoint/checkpoint-log.ts';

/** An operator that a state keeps something of, or that makes its state again from the operators below. */
export interface KnownOperator {
  /** Its fingerprint; `.1`, `.2` … follow where several operators are one. */
  readonly owner: string;
  /** The shortest start of `owner` that no other has; at least eight digits. */
  readonly id: string;
  /** `lastValue`. */
  readonly op: string;
  /** `jobs/x.ts:12`. */
  readonly at: string;
  /** What is kept of it; empty where it is made again. */
  readonly parts: readonly KeptPart[];
  /** Undefined where the job, as it is now, has no such operator, or cannot be loaded. */
  readonly node: Relation | undefined;
}

/** `lastValue at jobs/x.ts:12`. */
export const operatorText = ({ op, at }: KnownOperator): string => `${op} at ${at}`;

type Found = Omit<KnownOperator, 'id'>;

/**
 * The operators of a state: those of the plan in its order, then those that it has no more.
 * @param plan as it runs
 */
export function knownOperators(
  kept: readonly KeptPart[],
  plan: JobPlan | undefined,
): readonly KnownOperator[] {
  const byOwner = new Map<string, KeptPart[]>();
  for (const part of kept)
    if (part.kind === 'state') byOwner.set(part.owner, [...(byOwner.get(part.owner) ?? []), part]);
  const found: Found[] = plan === undefined ? [] : ofPlan(plan, byOwner);
  for (const [owner, parts] of byOwner)
    if (!found.some((known) => known.owner === owner && known.parts.length > 0))
      found.push({ owner, ...placeOf(parts), parts, node: undefined });
  return found.map((known) => ({ ...known, id: shortId(known, found) }));
}

/** Operators of one identity are numbered in plan order, as the checkpoint does it. */
function ofPlan(plan: JobPlan, byOwner: ReadonlyMap<string, readonly KeptPart[]>): Found[] {
  const times = new Map<string, number>();
  return relationsOf(plan).flatMap((node): Found[] => {
    const kept = keptStateOf(node);
    if (kept === 'none') return [];
    const fingerprint = stateFingerprintOf(node);
    const { op } = node;
    const at = `${node.at.file}:${node.at.line}`;
    if (kept === 'below') return [{ owner: fingerprint, op, at, parts: [], node }];
    const n = times.get(fingerprint) ?? 0;
    times.set(fingerprint, n + 1);
    const owner = n === 0 ? fingerprint : `${fingerprint}.${n}`;
    const parts = byOwner.get(owner);
    return parts === undefined ? [] : [{ owner, op, at, parts, node }];
  });
}

/** Operator and place from the words that the last run left: `lastValue at jobs/x.ts:12`. */
function placeOf([part]: readonly KeptPart[]): { readonly op: string; readonly at: string } {
  const [op = '', ...at] = (part as KeptPart).description.split(' at ');
  return { op, at: at.join(' at ') };
}

const LEAST = 8;

function shortId({ owner }: Found, all: readonly Found[]): string {
  const others = all.filter((other) => other.owner !== owner);
  for (let length = LEAST; length < owner.length; length++) {
    const start = owner.slice(0, length);
    if (!others.some((other) => other.owner.startsWith(start))) return start;
  }
  return owner;
}
