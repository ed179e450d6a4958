// The source of one's own that the documents show keeps the contract of sources.
import { outbox } from '../../../examples/outbox-source.ts';
import type { RowSource as Source, SourceSpec } from '../../../src/index.ts';
import { createDatabase, databaseKinds } from '../../databases.ts';
import { sourceContract } from '../contract/source-contract.ts';

sourceContract('an outbox in a table', async () => {
  if (!databaseKinds.includes('mysql')) return undefined;
  const database = await createDatabase('mysql', 'outbox');
  await database.sql('CREATE TABLE outbox (id BIGINT AUTO_INCREMENT PRIMARY KEY, event TEXT NOT NULL)');
  const connector = outbox({ client: 'mysql2', connection: database.url, table: 'outbox' });
  return {
    partitions: 1,
    async write(_, texts) {
      for (const text of texts) await database.sql('INSERT INTO outbox (event) VALUES (?)', [text]);
    },
    open: async (spec: SourceSpec) =>
      (connector as { open(spec: SourceSpec): Source | Promise<Source> }).open(spec),
    remove: () => database.drop(),
  };
});
