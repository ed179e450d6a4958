import { describe, expect, test } from '@jest/globals';
import { LONG } from '../long.ts';
import { MUTANTS } from './mutants.ts';
import { runMutant } from './run-mutant.ts';

describe('the code broken on purpose is caught', () => {
  // The short form takes turns.
  test.concurrent.each(LONG ? MUTANTS : MUTANTS.filter((_, i) => i % 3 === 0))(
    '$name',
    async (mutant) => {
      const { exitCode, output } = await runMutant(mutant);
      // Another exit code: the copy did not run, which catches nothing.
      if (exitCode !== 42) throw new Error(`not caught (exit code ${exitCode}): ${output}`);
    },
    120_000,
  );
});

describe('the code as it is passes the same checks', () => {
  test.concurrent.each(['tables', 'reader'] as const)(
    '%s',
    async (by) => {
      expect(await runMutant({ by, replacements: [] })).toEqual({
        exitCode: 0,
        output: 'nothing is wrong\n',
      });
    },
    120_000,
  );
});
