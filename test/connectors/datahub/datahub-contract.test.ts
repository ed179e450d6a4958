import { afterAll, beforeAll, jest } from '@jest/globals';
import { openDataHubSource } from '../../../src/connectors/datahub/datahub-source.ts';
import { sourceContract } from '../contract/source-contract.ts';
import { startDataHubServer, type TestDataHub } from './datahub-server.ts';

jest.setTimeout(20_000);

let hub: TestDataHub;
beforeAll(async () => {
  hub = await startDataHubServer();
});
afterAll(() => hub.close());

let topics = 0;

sourceContract('a topic of DataHub', async () => {
  const topic = `contract_${topics++}`;
  hub.createTopic(topic, { type: 'BLOB', shards: 3 });
  const { endPoint, project, accessId, accessKey } = hub;
  return {
    partitions: 3,
    write: async (partition, texts) =>
      hub.put(
        topic,
        String(partition),
        texts.map((text) => Buffer.from(text)),
      ),
    open: (spec) => openDataHubSource(spec, { endPoint, project, accessId, accessKey, topic }),
    async disconnect() {
      await hub.stop();
      await hub.restart();
    },
    async remove() {},
  };
});
