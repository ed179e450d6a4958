import { jest } from '@jest/globals';
import { openKafkaTables } from '../../../src/connectors/kafka/open-kafka-tables.ts';
import { databaseContract } from '../contract/database-contract.ts';
import { startBroker } from './broker.ts';

jest.setTimeout(60_000);

databaseContract(
  'topics of Kafka',
  async () => {
    const broker = await startBroker();
    return broker && { connect: () => openKafkaTables(broker), remove: () => broker.close() };
  },
  { looksUp: false },
);
