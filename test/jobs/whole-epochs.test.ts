import { describe, expect, test } from '@jest/globals';
import { createDatabase, databaseKinds, type TestDatabase } from '../databases.ts';
import { type Seen, watchAlerts, watchHours } from './whole-epochs.ts';

const ROWS = 100;

describe.each(databaseKinds)('a reader of %s that polls during a run sees whole epochs alone', (kind) => {
  const seen = async (watch: (database: TestDatabase, rows: number) => Promise<Seen>): Promise<Seen> => {
    const database = await createDatabase(kind, 'whole_epochs');
    try {
      return await watch(database, ROWS);
    } finally {
      await database.drop();
    }
  };

  test.each([
    ['two tables in one database', watchAlerts],
    ['a row that moves to another key', watchHours],
  ])(
    '%s',
    async (_, watch) => {
      const { torn, states } = await seen(watch);
      expect(torn).toBe(0);
      // It did look in the middle.
      expect(states).toBeGreaterThan(2);
    },
    60_000,
  );
});
