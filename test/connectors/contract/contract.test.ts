// The databases that come with Millrace keep the contract; those of connectors with servers of their own are tested beside them.
import { jest } from '@jest/globals';
import { cachedDatabase } from '../../../src/connectors/cached-database.ts';
import { memoryDatabase } from '../../../src/connectors/memory/memory-database.ts';
import { openDatabase } from '../../../src/connectors/sql/open-database.ts';
import { createDatabase, databaseKinds } from '../../databases.ts';
import { databaseContract } from './database-contract.ts';

jest.setTimeout(30_000);

databaseContract(
  'memory',
  async () => {
    const memory = memoryDatabase();
    return { connect: async () => memory.connect(), remove: async () => {} };
  },
  { tellsLost: false },
);

for (const kind of databaseKinds)
  databaseContract(kind, async () => {
    const server = await createDatabase(kind, 'contract');
    return { connect: () => openDatabase(server.url), remove: () => server.drop() };
  });
databaseContract(
  'a cache over memory',
  async () => {
    const memory = memoryDatabase();
    const caches = { pairs: { cache: 'LRU' }, kinds: { cache: 'ALL' } } as const;
    return { connect: async () => cachedDatabase(memory.connect(), caches), remove: async () => {} };
  },
  { tellsLost: false },
);
