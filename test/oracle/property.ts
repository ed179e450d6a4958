import fc from 'fast-check';

const seed = Number(process.env.MILLRACE_SEED ?? 20250115);
const times = Number(process.env.MILLRACE_RUNS ?? 1);

/**
 * Checks a property on seeded random input, and shrinks what fails.
 * MILLRACE_RUNS multiplies the runs, MILLRACE_SEED starts elsewhere.
 */
export async function holds<T>(runs: number, input: fc.Arbitrary<T>, check: (given: T) => Promise<void>) {
  await fc.assert(fc.asyncProperty(input, check), { seed, numRuns: runs * times });
}
