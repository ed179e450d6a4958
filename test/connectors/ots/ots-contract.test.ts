import { openOtsDatabase } from '../../../src/connectors/ots/ots-database.ts';
import { databaseContract } from '../contract/database-contract.ts';
import { startOtsServer } from './ots-server.ts';

databaseContract('Tablestore', async () => {
  const server = await startOtsServer();
  return {
    connect: () => openOtsDatabase({ ...server, retryIntervalMs: 1 }),
    remove: () => server.close(),
  };
});
