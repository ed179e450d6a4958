import { afterAll, beforeAll, describe, jest, test } from '@jest/globals';
import { type DatabaseKind, databaseKinds } from '../../databases.ts';
import { expectUndisturbed } from './expect-undisturbed.ts';
import { chosen, pointsOf } from './points.ts';
import { type Program, packProgram } from './program.ts';
import { LONG } from './settings.ts';
import { ALERT, HOURLY, PAGE, SUBJECTS, type Subject } from './subjects.ts';

jest.setTimeout(LONG ? 3_600_000 : 180_000);

let program: Program;
beforeAll(async () => {
  program = await packProgram();
});
afterAll(() => program.remove());

const OF_ALERT = [
  'checkpoint.epoch answered',
  'database.write-backs answered',
  'database.commit sent',
  'database-again.commit sent',
];
/** What a minute allows: the job that also reads what it writes on two databases, the others on SQLite. */
const SHORT: readonly (readonly [Subject, readonly string[], readonly DatabaseKind[]])[] = [
  [ALERT, OF_ALERT, databaseKinds.slice(0, 2)],
  [
    HOURLY,
    ['checkpoint.chunks sent', 'checkpoint.thin-state answered', 'database.deletes answered'],
    ['sqlite'],
  ],
  [PAGE, ['database-claim.commit sent', 'checkpoint.commit sent'], ['sqlite']],
];

const all = databaseKinds.flatMap((kind) =>
  SUBJECTS.map((subject) => ({ name: subject.name, kind, subject, targets: pointsOf(subject) })),
);
const short = SHORT.flatMap(([subject, points, kinds]) =>
  kinds.map((kind) => ({
    name: subject.name,
    kind,
    subject,
    targets: chosen(pointsOf(subject), points),
  })),
);

describe('a process that is killed at a named point leaves behind what an undisturbed run does, and readers see whole epochs', () => {
  test.each(LONG ? all : short)('$name into $kind', async ({ subject, kind, targets }) => {
    await expectUndisturbed({ program, subject, kinds: [kind], targets });
  });
});
