import { expect, test } from '@jest/globals';
import {
  changes,
  claimOf,
  commitOf,
  eachDatabase,
  errorOf,
  never,
  Relay,
  servers,
  table,
  use,
} from './fixture.ts';

const schema = table('fenced', 1, { k: 'INT', v: 'INT' });
const put = (v: number) => changes(schema, { upserts: [{ k: 1, v }] });

eachDatabase('fence', (opened) => {
  const started = async (job: string, owner: string, log?: (line: string) => void, port?: number) => {
    const database = await opened.open({ ...(log ? { log } : {}), ...(port === undefined ? {} : { port }) });
    await database.prepare([use(schema, { looksUp: false })]);
    await database.claim(claimOf(job, owner));
    return database;
  };

  const fenceOf = async (job: string) => {
    const [row] = await opened.server.sql(
      'SELECT owner, epoch, complete_to FROM millrace_fence WHERE job = ?',
      [job],
    );
    return row && { owner: row.owner, epoch: Number(row.epoch) };
  };

  test('each commit moves the fence with its rows; complete_to is the time given', async () => {
    const database = await started('moves', 'me');
    expect(await fenceOf('moves')).toEqual({ owner: 'me', epoch: 0 });
    await database.commit(commitOf(1, put(1)), never);
    await database.commit({ ...commitOf(5, put(5)), previous: 1 }, never);
    expect(await fenceOf('moves')).toEqual({ owner: 'me', epoch: 5 });
    const [row] = await opened.server.sql("SELECT complete_to AS t FROM millrace_fence WHERE job = 'moves'");
    const at = row?.t instanceof Date ? row.t.getTime() : Date.parse(`${String(row?.t).replace(' ', 'T')}Z`);
    expect(at).toBe(Date.UTC(2025, 0, 15, 2));
    await database.commit({ ...commitOf(6), completeTo: Number.NEGATIVE_INFINITY }, never);
    expect(
      await opened.server.sql("SELECT complete_to AS t FROM millrace_fence WHERE job = 'moves'"),
    ).toEqual([{ t: null }]);
  });

  test('a fence row that is gone is refused', async () => {
    const database = await started('gone', 'me');
    await opened.server.sql("DELETE FROM millrace_fence WHERE job = 'gone'");
    expect(await errorOf(database.commit(commitOf(1), never))).toMatchObject({
      exitCode: 3,
      message: expect.stringContaining('its fence row is gone'),
    });
  });

  if (!servers.includes(opened.kind)) return;

  test.each([{ deliver: true }, { deliver: false }])(
    'a connection that breaks at COMMIT, delivered: $deliver, leaves the epoch in the tables once',
    async ({ deliver }) => {
      const lines: string[] = [];
      const relay = await Relay.before(opened.server.url);
      try {
        const job = `doubt ${deliver}`;
        const database = await started(job, 'me', (line) => lines.push(line), relay.port);
        const row = (v: number) => ({ k: 2, v });
        await database.commit(commitOf(1, changes(schema, { upserts: [row(0)] })), never);
        const lost = { read: row(77), row: row(78) };
        for (let epoch = 2; epoch <= 4; epoch++) {
          relay.breakAt('COMMIT', deliver);
          // Applied a second time, it would find its own row and count as overtaken.
          const own = { read: row(epoch - 2), row: row(epoch - 1) };
          const one = await database.commit(commitOf(epoch, changes(schema, { writeBacks: [own] })), never);
          expect(one).toEqual({ overtaken: 0 });
        }
        relay.breakAt('COMMIT', deliver);
        const other = await database.commit(commitOf(5, changes(schema, { writeBacks: [lost] })), never);
        expect(other).toEqual({ overtaken: 1 });
        expect(await database.lookup(schema, [row(0)], never)).toEqual([row(3)]);
        expect(await fenceOf(job)).toEqual({ owner: 'me', epoch: 5 });
        expect(lines.filter((line) => line.includes('waiting until it is back'))).toHaveLength(4);
      } finally {
        await relay.down();
      }
    },
  );

  test('a claim whose COMMIT seemed to fail is ours', async () => {
    const relay = await Relay.before(opened.server.url);
    try {
      const database = await opened.open({ port: relay.port });
      await database.prepare([use(schema)]);
      relay.breakAt('COMMIT', true);
      expect(await database.claim(claimOf('claim in doubt', 'me'))).toBe(0);
      expect(await fenceOf('claim in doubt')).toEqual({ owner: 'me', epoch: 0 });
    } finally {
      await relay.down();
    }
  });
});
