// What a fence allows, whatever holds it: one row per job that each transaction of the job moves.
import { refused } from '../errors.ts';
import { formatTimestamp } from '../values/timestamp.ts';
import type { Claim, Commit } from './database.ts';

/** A job's fence as it was found. */
export interface FenceRow {
  readonly owner: string;
  readonly epoch: number;
  /** Epoch milliseconds; absent where it is not kept. */
  readonly committedAt?: number;
}

/** May this claim insert the fence where there is none? Else rows that the state has written are missing. */
export const mayInsert = ({ mode, epoch }: Claim): boolean =>
  mode === 'fresh' || mode === 'rebuild' || epoch === 0;

/**
 * The epoch at which a fence that was found stands for a claim: where it is ours at that epoch nothing is to be done, else it is moved there.
 * Exit 3 where the claim may not have it.
 */
export function claimedEpoch(label: string, claim: Claim, found: FenceRow | undefined): number {
  const { job, owner, epoch, mode } = claim;
  if (mode === 'fresh') return epoch;
  const at = `${label}: job '${job}'`;
  if (found === undefined)
    throw refused(
      `${at} has no fence row here, but its state is at epoch ${epoch}: the tables were lost, or this is another database. Name the database that the state has written to, write the tables anew with --rebuild, or start anew with --fresh`,
    );
  if (found.owner === owner && found.epoch <= epoch) return found.epoch;
  if (mode === 'rebase') return epoch;
  if (found.owner === owner)
    throw refused(
      `${at} has written epoch ${found.epoch} here (${describe(found)}), but its state ends at epoch ${epoch}: the state is an older copy. Go on with the state that wrote it, or read on from this one with --rebase`,
    );
  throw refused(
    epoch > 0
      ? `${at}: another state has taken over here (${describe(found)}); this one is at epoch ${epoch}. Go on with the state directory of the other, or take the tables back with --rebase (from epoch ${epoch}) or --fresh (from empty state)`
      : `${at} has written here before (${describe(found)}), and this run starts without its state: --state names the directory of that state, --fresh goes on over the rows that are there, --fresh --clear empties the job's tables first`,
  );
}

/**
 * Why a commit did not find the fence at `previous`.
 * @param inDoubt an earlier try of the same commit may have gone through
 * @returns `in`: it has; a number: the database lost the commits after this epoch
 * @throws MillraceError (exit 3) where the fence is another's
 */
export function missedFence(
  label: string,
  { job, owner }: Claim,
  { epoch, previous }: Commit,
  found: FenceRow | undefined,
  inDoubt: boolean,
): 'in' | number {
  if (found?.owner === owner) {
    if (inDoubt && found.epoch === epoch) return 'in';
    if (found.epoch < previous) return found.epoch;
  }
  const who =
    found === undefined
      ? 'its fence row is gone'
      : found.owner !== owner
        ? `another run has taken it over (${describe(found)})`
        : `the fence is at epoch ${found.epoch}, not ${previous}: a copy of this run is writing`;
  throw refused(
    `${label}: job '${job}' may not write here any more: ${who}; nothing of epoch ${epoch} was written. End the other run, or start with --fresh`,
  );
}

const describe = ({ epoch, committedAt }: FenceRow): string =>
  `epoch ${epoch}${committedAt === undefined ? '' : `, committed ${formatTimestamp(committedAt)} UTC`}`;
