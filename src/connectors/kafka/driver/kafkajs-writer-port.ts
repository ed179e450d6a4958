import type { Broker, ProducerId } from 'kafkajs/src/cluster/index.js';
import type { Compression } from '../kafka-compression.ts';
import { KafkaFault } from '../kafka-fault.ts';
import type { KafkaConnection } from '../kafka-options.ts';
import type { KafkaWriterPort, NewTopic, OutgoingRecord } from '../kafka-writer-port.ts';
import { groupRecords } from './group-records.ts';
import { openCluster } from './open-cluster.ts';
import { topicFacts } from './topic-facts.ts';

/** How FindCoordinator names transactions. */
const TRANSACTION = 1;
/** What passes by itself: the transaction before is being ended; the coordinator has just begun. How long that is waited for: milliseconds. */
const PASSING = [
  'CONCURRENT_TRANSACTIONS',
  'GROUP_LOAD_IN_PROGRESS',
  'NOT_COORDINATOR_FOR_GROUP',
  'KafkaJSGroupCoordinatorNotFound',
];
const SETTLE = 5000;
const TICK = 5;

const TYPES: Readonly<Record<Compression, number>> = { none: 0, gzip: 1, snappy: 2, lz4: 3 };

/** Opens a producer through kafkajs' requests. Connects at the first call. */
export function kafkajsWriterPort(connection: KafkaConnection, compression: Compression): KafkaWriterPort {
  const { cluster, asked, close } = openCluster(connection);
  let transactionalId = '';
  let producer: ProducerId = { producerId: '-1', producerEpoch: -1 };
  /** The next sequence number of each partition that the producer has written, and the partitions of its open transaction. */
  const sequences = new Map<string, number>();
  const joined = new Set<string>();

  async function coordinated<T>(work: (broker: Broker) => Promise<T>): Promise<T> {
    const group = { groupId: transactionalId, coordinatorType: TRANSACTION };
    return settled(async () => {
      const broker = await cluster.findGroupCoordinator(group);
      return guarded(broker, () => work(broker));
    });
  }

  async function join(records: readonly OutgoingRecord[]): Promise<void> {
    const added = new Map<string, Set<number>>();
    for (const { topic, partition } of records)
      if (!joined.has(`${topic}/${partition}`))
        added.set(topic, (added.get(topic) ?? new Set()).add(partition));
    if (added.size === 0) return;
    const topics = [...added].map(([topic, partitions]) => ({ topic, partitions: [...partitions] }));
    await coordinated((broker) => broker.addPartitionsToTxn({ transactionalId, ...producer, topics }));
    for (const { topic, partitions } of topics)
      for (const partition of partitions) joined.add(`${topic}/${partition}`);
  }

  function leaderOf(topic: string, partition: number): number {
    const leader = cluster
      .findTopicPartitionMetadata(topic)
      .find(({ partitionId }) => partitionId === partition)?.leader;
    if (leader === undefined || leader < 0)
      throw new KafkaFault('away', `${topic}[${partition}] has no leader`);
    return leader;
  }

  const end = (transactionResult: boolean): Promise<void> =>
    asked(async () => {
      await coordinated((broker) => broker.endTxn({ transactionalId, ...producer, transactionResult }));
      joined.clear();
    });

  return {
    topics: (names) =>
      asked(async () => {
        await cluster.connect();
        return topicFacts(await cluster.brokerPool.findConnectedBroker(), names);
      }),

    create: ({ topic, partitions, replicationFactor, settings }: NewTopic) =>
      asked(async () => {
        await cluster.connect();
        const configEntries = Object.entries(settings).map(([name, value]) => ({ name, value }));
        const wanted = { topic, numPartitions: partitions ?? -1, replicationFactor: replicationFactor ?? -1 };
        await cluster.refreshMetadata();
        const broker = await cluster.findControllerBroker();
        await broker.createTopics({ topics: [{ ...wanted, configEntries }] }).catch(unlessThere);
      }),

    take: (id, timeoutMs, topics) =>
      asked(async () => {
        transactionalId = id;
        await cluster.connect();
        await cluster.addMultipleTargetTopics(topics);
        await cluster.refreshMetadata();
        const taken = await coordinated((broker) =>
          broker.initProducerId({ transactionalId, transactionTimeout: timeoutMs }),
        );
        producer = { producerId: taken.producerId, producerEpoch: taken.producerEpoch };
        sequences.clear();
        joined.clear();
        return new Map(topics.map((topic) => [topic, cluster.findTopicPartitionMetadata(topic).length]));
      }),

    send: (records) =>
      asked(async () => {
        await join(records);
        for (const { leader, topicData } of groupRecords(records, leaderOf, sequences)) {
          const broker = await cluster.findBroker({ nodeId: String(leader) });
          await guarded(broker, () =>
            broker.produce({ transactionalId, ...producer, compression: TYPES[compression], topicData }),
          );
        }
      }),

    commit: () => end(true),

    abort: () => end(false),

    close,
  };
}

/** A connection that broke is not used again. */
async function guarded<T>(broker: Broker, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (/^KafkaJS(Connection|RequestTimeout)/.test((error as Error).name)) await broker.disconnect();
    throw error;
  }
}

/** Asks again while what is in the way passes by itself. */
async function settled<T>(work: () => Promise<T>): Promise<T> {
  const began = performance.now();
  for (;;) {
    try {
      return await work();
    } catch (error) {
      const { type, name } = error as Error & { readonly type?: string };
      const passes = PASSING.includes(type ?? name);
      if (!passes || performance.now() - began > SETTLE) throw error;
      await new Promise((resolve) => setTimeout(resolve, TICK));
    }
  }
}

/** Passes over an error that says that the topic exists; one of several in one is thrown. */
function unlessThere(error: unknown): void {
  const { errors = [error] } = error as { readonly errors?: readonly unknown[] };
  const other = errors.find((one) => (one as { readonly type?: string }).type !== 'TOPIC_ALREADY_EXISTS');
  if (other !== undefined) throw other;
}
