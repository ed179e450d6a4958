import { jest } from '@jest/globals';
import fc from 'fast-check';

const seed = Number(process.env.MILLRACE_SEED ?? 20250115);
const times = Number(process.env.MILLRACE_RUNS ?? 1);

// Shrinking takes its time, and stops by itself.
jest.setTimeout(120_000 * times);

/**
 * Checks a property on seeded random input, and shrinks what fails.
 * MILLRACE_RUNS multiplies the runs, MILLRACE_SEED starts elsewhere.
 */
export async function holds<T>(runs: number, input: fc.Arbitrary<T>, check: (given: T) => Promise<void>) {
  await fc.assert(fc.asyncProperty(input, check), {
    seed,
    numRuns: runs * times,
    interruptAfterTimeLimit: 60_000 * times,
    markInterruptAsFailure: true,
  });
}
