import { expect, jest, test } from '@jest/globals';
import { databaseKinds } from '../../databases.ts';
import { LONG } from '../crash/settings.ts';
import { kafkaWorld } from './kafka-world.ts';
import { expectRightThroughKills, HISTORY } from './kills.ts';

jest.setTimeout(LONG ? 900_000 : 120_000);

const servers = databaseKinds.filter((kind) => kind !== 'sqlite');

test.each(LONG ? servers : servers.slice(0, 1))(
  'events from a broker, premiums on file and alerts in two databases (%s): kills lose nothing and do nothing twice',
  async (kind) => {
    const world = await kafkaWorld(kind, HISTORY.before);
    if (world === undefined) return;
    try {
      await expectRightThroughKills(world);
    } finally {
      await world.remove();
    }
    expect.hasAssertions();
  },
);
