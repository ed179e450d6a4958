import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { openDatabase } from '../../src/connectors/sql/open-database.ts';
import { type Folder, folder, millrace } from './command.ts';
import { usePackedCommand } from './packed-command.ts';

jest.setTimeout(60_000);
usePackedCommand();

const job = (calls: string, filter = '') => `
import { count, job, max, sum } from 'millrace';
import { stream } from './catalog.ts';
export default job('latest', stream('sale')${filter}.keyBy('id').lastValue()
  .groupBy('shop').agg({ ${calls} }).into('shop_total'));
`;
const FILES = {
  'jobs/catalog.ts': `
import { bigint, catalog, source, table, varchar } from 'millrace';
const sale = source({ id: bigint().notNull(), shop: varchar().notNull(), amount: bigint() });
const shop_total = table({ shop: varchar(), total: bigint(), n: bigint() }, { primaryKey: 'shop' });
export const { stream } = catalog({ sale, shop_total }, { timeZone: 'UTC' });
`,
  'jobs/latest.ts': job("total: sum('amount'), n: count()"),
  'a.ndjson':
    '{"id":1,"shop":"x","amount":1}\n{"id":2,"shop":"x","amount":5}\n{"id":1,"shop":"x","amount":2}\n',
  'b.ndjson': '{"id":3,"shop":"y","amount":7}\n',
};

let project: Folder;
beforeAll(() => {
  project = folder(FILES);
});
afterAll(() => project.remove());

const call = (...args: string[]) => millrace(args, { cwd: project.path });
const run = (...more: string[]) =>
  call(
    'run',
    'latest',
    '--input',
    'sale=a.ndjson',
    '--input',
    'sale=b.ndjson',
    '--database',
    'sqlite:out.db',
    '--state',
    'st',
    ...more,
  );

async function rows(): Promise<readonly object[]> {
  const database = await openDatabase(`sqlite:${project.path}/out.db`);
  try {
    const columns = ['shop', 'total', 'n'].map((name) => ({
      name,
      type: name === 'shop' ? 'VARCHAR' : 'BIGINT',
      nullable: name !== 'shop',
      length: null,
    }));
    return await database.rows({
      kind: 'table',
      name: 'shop_total',
      tableName: 'shop_total',
      columns,
      primaryKey: ['shop'],
      options: {},
    } as never);
  } finally {
    await database.close();
  }
}

test('an edited job: plan shows what it means, run refuses and names the flag, --rebuild does it', async () => {
  expect(await call('plan', 'latest', '--state', 'st')).toMatchObject({
    code: 0,
    stdout: 'latest has no state in st: it starts empty\n',
  });
  expect(await run()).toMatchObject({ code: 0 });
  expect((await call('plan', 'latest', '--state', 'st')).stdout).toMatch(
    /Nothing changes: it goes on as it is\n$/,
  );
  project.write({ 'jobs/latest.ts': job("total: sum('amount'), n: max('amount')") });
  const planned = await call('plan', 'latest', '--state', 'st');
  expect(planned).toMatchObject({ code: 0, stderr: '' });
  expect(planned.stdout).toBe(`latest, state at epoch 1 (st)
  keep     lastValue at jobs/latest.ts:4: its state stays
  rebuild  aggregate at jobs/latest.ts:5: from what the operators below it hold
  rewrite  table shop_total at jobs/latest.ts:5: all its rows go, and are written from the state, in one transaction
Start it with --rebuild to do this
`);
  expect(JSON.parse((await call('plan', 'latest', '--state', 'st', '--json')).stdout)).toMatchObject({
    job: 'latest',
    epoch: 1,
    changes: true,
    replay: false,
    obstacle: null,
    tables: [{ table: 'shop_total', action: 'rewrite' }],
  });
  const refused = await run();
  expect(refused.code).toBe(3);
  expect(refused.stderr).toContain(planned.stdout.split('\n').slice(1, 4).join('\n'));
  expect(refused.stderr).toContain('--rebuild');
  expect(refused.stderr.trimEnd().split('\n').length).toBeLessThanOrEqual(12);
  expect(await run('--rebuild')).toMatchObject({
    code: 0,
    stderr: expect.stringContaining('written anew: shop_total'),
  });
  expect(await rows()).toEqual([
    { shop: 'x', total: 7, n: 5 },
    { shop: 'y', total: 7, n: 7 },
  ]);
  expect(await run()).toMatchObject({ code: 0 });
});

test('an edit that needs the rows of the sources reads them again', async () => {
  project.write({
    'jobs/latest.ts': job("total: sum('amount'), n: count()", '.filter(s => s.amount.gte(2))'),
  });
  const planned = await call('plan', 'latest', '--state', 'st');
  expect(planned.stdout).toMatch(/replay {3}lastValue at .*: from the rows of the sources/);
  expect(await run('--rebuild', '--json')).toMatchObject({ code: 0 });
  expect(await rows()).toEqual([
    { shop: 'x', total: 7, n: 2 },
    { shop: 'y', total: 7, n: 1 },
  ]);
});

test('an edit that cannot be made: exit 3, also of plan', async () => {
  project.write({
    'jobs/latest.ts': job("total: sum('amount'), n: count()", '.filter(s => s.amount.gte(3))')
      .replace('.lastValue()', '.lastValue({ ttl: days(1) })')
      .replace('count,', 'count, days,'),
  });
  const planned = await call('plan', 'latest', '--state', 'st');
  expect(planned).toMatchObject({ code: 3, stdout: expect.stringMatching(/cannot go on: .*has a ttl/) });
  expect(await run('--rebuild')).toMatchObject({
    code: 3,
    stderr: expect.stringMatching(/has a ttl.*--fresh/),
  });
});
