import { expect, jest, test } from '@jest/globals';
import { databaseKinds } from '../../databases.ts';
import { LONG } from '../crash/settings.ts';
import { aliyunWorld } from './aliyun-world.ts';
import { expectRightThroughKills, HISTORY } from './kills.ts';

jest.setTimeout(LONG ? 900_000 : 120_000);

const kind = databaseKinds.includes('mysql') ? 'mysql' : 'sqlite';

test(`events from DataHub, premiums on file in Tablestore, alerts in ${kind}: kills lose nothing and do nothing twice`, async () => {
  const world = await aliyunWorld(kind, HISTORY.before);
  try {
    await expectRightThroughKills(world);
  } finally {
    await world.remove();
  }
  expect.hasAssertions();
});
