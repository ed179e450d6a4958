import { afterAll, beforeAll, jest, test } from '@jest/globals';
import { type DatabaseKind, databaseKinds } from '../../databases.ts';
import { expectUndisturbed } from './expect-undisturbed.ts';
import { chosen, POINTS_OF_TWO } from './points.ts';
import { type Program, packProgram } from './program.ts';
import { LONG } from './settings.ts';
import { ALERT } from './subjects.ts';

jest.setTimeout(LONG ? 3_600_000 : 180_000);

let program: Program;
beforeAll(async () => {
  program = await packProgram();
});
afterAll(() => program.remove());

const SHORT = ['second.begin before', 'second.commit sent', 'second-again.commit answered'];
const targets = LONG ? POINTS_OF_TWO : chosen(POINTS_OF_TWO, SHORT);

const pairs: readonly [DatabaseKind, DatabaseKind][] = LONG
  ? databaseKinds.map((kind, i) => [kind, databaseKinds[(i + 1) % databaseKinds.length] as DatabaseKind])
  : [['sqlite', 'sqlite']];

test.each(pairs)(
  'a process that is killed between or in two databases, %s and %s: each has whole epochs, and in the end all',
  async (...kinds) => {
    await expectUndisturbed({ program, subject: ALERT, kinds, targets });
  },
);
