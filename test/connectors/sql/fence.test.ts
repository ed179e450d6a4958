import { expect, test } from '@jest/globals';
import { changes, commitOf, eachDatabase, errorOf, never, Relay, servers, table, use } from './fixture.ts';

const schema = table('fenced', 1, { k: 'INT', v: 'INT' });
const put = (v: number) => changes(schema, { upserts: [{ k: 1, v }] });

eachDatabase('fence', (opened) => {
  const started = async (
    job: string,
    owner: string,
    fresh = false,
    log?: (line: string) => void,
    port?: number,
  ) => {
    const database = await opened.open({ ...(log ? { log } : {}), ...(port === undefined ? {} : { port }) });
    await database.prepare([use(schema, { looksUp: false })]);
    await database.claim({ job, owner, fresh, clear: [] });
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

  test('a job that has written here is refused, naming the ways out; fresh takes over, clear empties its tables', async () => {
    const first = await started('claimed', 'first');
    await first.commit(commitOf(1, put(1)), never);
    const second = await opened.open();
    await second.prepare([use(schema)]);
    const error = await errorOf(second.claim({ job: 'claimed', owner: 'second', fresh: false, clear: [] }));
    expect(error.exitCode).toBe(3);
    expect(error.message).toMatch(
      /job 'claimed' has written here before \(epoch 1, committed \d{4}-.* UTC\).*--fresh goes on.*--fresh --clear/,
    );
    await second.claim({ job: 'claimed', owner: 'second', fresh: true, clear: [] });
    expect(await fenceOf('claimed')).toEqual({ owner: 'second', epoch: 0 });
    expect(await second.rows(schema)).toEqual([{ k: 1, v: 1 }]);
    await second.claim({ job: 'claimed', owner: 'third', fresh: true, clear: [schema] });
    expect(await second.rows(schema)).toEqual([]);

    const replaced = await errorOf(first.commit(commitOf(2, put(2)), never));
    expect(replaced.exitCode).toBe(3);
    expect(replaced.message).toContain(
      "job 'claimed' may not write here any more: another run has taken it over (epoch 0",
    );
    expect(await second.rows(schema)).toEqual([]);
  });

  test('the same claim again is adopted, another job is none of its business', async () => {
    const database = await started('again', 'me');
    await database.claim({ job: 'again', owner: 'me', fresh: false, clear: [] });
    await started('AGAIN', 'other');
    await database.commit(commitOf(1, put(1)), never);
    expect(await fenceOf('again')).toEqual({ owner: 'me', epoch: 1 });
    expect(await fenceOf('AGAIN')).toEqual({ owner: 'other', epoch: 0 });
  });

  test.each([
    ['a copy of this run', 2, 1, /the fence is at epoch 2, not 1: a copy of this run is writing/],
    ['a database that was set back', 1, 2, /the fence is at epoch 1, not 2: the database has lost commits/],
    ['an epoch that is in already', 1, 0, /the fence is at epoch 1, not 0/],
  ])('%s is refused', async (name, at, previous, words) => {
    const database = await started(name, 'me');
    for (let epoch = 1; epoch <= at; epoch++) await database.commit(commitOf(epoch), never);
    const error = await errorOf(database.commit({ ...commitOf(previous + 1, put(99)), previous }, never));
    expect(error.exitCode).toBe(3);
    expect(error.message).toMatch(words);
    expect(await fenceOf(name)).toEqual({ owner: 'me', epoch: at });
    expect(await database.lookup(schema, [{ k: 1 }], never)).not.toEqual([{ k: 1, v: 99 }]);
  });

  test('a fence row that is gone is refused', async () => {
    const database = await started('gone', 'me');
    await opened.server.sql("DELETE FROM millrace_fence WHERE job = 'gone'");
    expect(await errorOf(database.commit(commitOf(1), never))).toMatchObject({
      exitCode: 3,
      message: expect.stringContaining('its fence row is gone'),
    });
  });

  test('two that claim at once: one wins', async () => {
    const both = await Promise.all([opened.open(), opened.open()]);
    for (const database of both) await database.prepare([use(schema)]);
    const results = await Promise.allSettled(
      both.map((database, i) =>
        database.claim({ job: 'race', owner: `owner ${i}`, fresh: false, clear: [] }),
      ),
    );
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(results.find((result) => result.status === 'rejected')?.reason).toMatchObject({ exitCode: 3 });
  });

  if (!servers.includes(opened.kind)) return;

  test.each([{ deliver: true }, { deliver: false }])(
    'a connection that breaks at COMMIT, delivered: $deliver, leaves the epoch in the tables once',
    async ({ deliver }) => {
      const lines: string[] = [];
      const relay = await Relay.before(opened.server.url);
      try {
        const job = `doubt ${deliver}`;
        const database = await started(job, 'me', false, (line) => lines.push(line), relay.port);
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
      await database.claim({ job: 'claim in doubt', owner: 'me', fresh: false, clear: [] });
      expect(await fenceOf('claim in doubt')).toEqual({ owner: 'me', epoch: 0 });
    } finally {
      await relay.down();
    }
  });
});
