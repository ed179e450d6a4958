import { afterAll, describe } from '@jest/globals';
import type { Database } from '../../../src/connectors/database.ts';
import { openKafkaTables } from '../../../src/connectors/kafka/open-kafka-tables.ts';
import { fenceCases } from '../contract/fence-cases.ts';
import { startBroker } from './broker.ts';

const broker = await startBroker();
const open: Database[] = [];
afterAll(async () => {
  for (const database of open) await database.close();
  await broker?.close();
});

(broker ? describe : describe.skip)('fence', () => {
  fenceCases(
    async () => {
      const database = await openKafkaTables({ brokers: broker?.brokers ?? [] });
      open.push(database);
      return database;
    },
    { writesBack: false },
  );
});
