import protocol from 'kafkajs/src/protocol/requests/index.js';
import { KafkaFault } from '../kafka-fault.ts';
import type { KafkaConnection } from '../kafka-options.ts';
import type { Fetched, KafkaPort, OffsetAt, Wanted } from '../kafka-port.ts';
import { fetchResponse } from './fetch-response.ts';
import { openCluster } from './open-cluster.ts';

/** ApiKey of Fetch, and the first version that knows transactions (Kafka 0.11). */
const FETCH = 1;
const FIRST_VERSION = 4;
const READ_UNCOMMITTED = 0;
const READ_COMMITTED = 1;
/** How long a broker waits for records before it answers that there are none: milliseconds. */
const MAX_WAIT = 500;
/** Of a partition in one answer: bytes. A batch that is larger comes whole. */
const PARTITION_BYTES = 1 << 20;

/** Opens a topic through kafkajs. Connects at the first call. */
export function kafkajsPort(connection: KafkaConnection, topic: string, committed: boolean): KafkaPort {
  const { cluster, asked, close } = openCluster(connection);
  const isolationLevel = committed ? READ_COMMITTED : READ_UNCOMMITTED;

  function known(): Map<number, number> {
    const partitions = cluster.findTopicPartitionMetadata(topic);
    return new Map(partitions.map(({ partitionId, leader }) => [partitionId, leader]));
  }

  async function offsetsOf(partitions: readonly number[], timestamp: number, isolation: number) {
    const leaders = known();
    const found = new Map<number, number>();
    for (const node of new Set(partitions.map((partition) => leaders.get(partition) ?? -1))) {
      const own = partitions.filter((partition) => (leaders.get(partition) ?? -1) === node);
      if (node < 0) throw new KafkaFault('away', `${topic}[${own.join(', ')}] has no leader`);
      const broker = await cluster.findBroker({ nodeId: String(node) });
      const asks = own.map((partition) => ({ partition, timestamp }));
      const answer = await broker.listOffsets({
        isolationLevel: isolation,
        topics: [{ topic, partitions: asks }],
      });
      for (const { partitions: all } of answer.responses)
        for (const { partition, offset } of all) found.set(partition, Number(offset));
    }
    return found;
  }

  return {
    topics: () =>
      asked(async () => {
        await cluster.connect();
        const { topicMetadata } = await (await cluster.brokerPool.findConnectedBroker()).metadata([]);
        return topicMetadata.map(({ topic: name }) => name);
      }),

    leaders: () =>
      asked(async () => {
        await cluster.connect();
        await cluster.addTargetTopic(topic);
        await cluster.refreshMetadata();
        return known();
      }),

    offsets: (partitions, at) =>
      asked(async () => {
        const isolation = at === 'readable' ? isolationLevel : READ_UNCOMMITTED;
        const found = await offsetsOf(partitions, timestampOf(at), isolation);
        const none = partitions.filter((partition) => (found.get(partition) ?? -1) < 0);
        if (none.length === 0) return found;
        return new Map([...found, ...(await offsetsOf(none, timestampOf('end'), READ_UNCOMMITTED))]);
      }),

    fetch: (node: number, wanted: readonly Wanted[], maxBytes: number) =>
      asked(async () => {
        const broker = await cluster.findBroker({ nodeId: String(node) });
        const ask = broker.lookupRequest(
          FETCH,
          protocol.requests.Fetch,
        )({
          isolationLevel,
          maxWaitTime: MAX_WAIT,
          minBytes: 1,
          maxBytes,
          rackId: '',
          topics: [
            {
              topic,
              partitions: wanted.map(({ partition, offset }) => ({
                partition,
                fetchOffset: offset,
                maxBytes: Math.min(maxBytes, PARTITION_BYTES),
              })),
            },
          ],
        });
        const { apiVersion } = ask.request;
        if (apiVersion < FIRST_VERSION)
          throw new KafkaFault('final', 'the broker is too old: Kafka 0.11 or later is wanted');
        try {
          const request = { ...ask, response: fetchResponse(apiVersion, wanted) };
          return (await broker.connectionPool.send(request)) as readonly Fetched[];
        } catch (error) {
          // A connection that broke is not used again.
          if ((error as Error).name.startsWith('KafkaJSConnection')) await broker.disconnect();
          throw error;
        }
      }),

    commit: (groupId, offsets) =>
      asked(async () => {
        const coordinator = await cluster.findGroupCoordinator({ groupId });
        const partitions = [...offsets].map(([partition, offset]) => ({ partition, offset: String(offset) }));
        await coordinator.offsetCommit({
          groupId,
          groupGenerationId: -1,
          memberId: '',
          topics: [{ topic, partitions }],
        });
      }),

    close,
  };
}

/** How ListOffsets names an offset. */
const timestampOf = (at: OffsetAt): number => (at === 'earliest' ? -2 : typeof at === 'number' ? at : -1);
