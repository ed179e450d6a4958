import type { Job } from '../dsl/index.ts';
import { wrong } from '../errors.ts';
import type { Fault } from '../plan/validate/fault.ts';
import { validate } from '../plan/validate.ts';

/** A fault or warning with its place in the job: `jobs/x.ts:12: …`. */
export const faultText = ({ at, message }: Fault): string => `${at.file}:${at.line}: ${message}`;

/** The job itself, if its plan is right; else exit 2 with all that is wrong. */
export function validJob(job: Job): Job {
  const faults = validate(job.plan);
  if (faults.length > 0) throw wrong(faults.map(faultText).join('\n'));
  return job;
}
