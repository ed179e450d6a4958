import type { Broker } from 'kafkajs/src/cluster/index.js';
import type { TopicFacts } from '../kafka-writer-port.ts';

/** How DescribeConfigs names topics, and what is asked of them. */
const TOPIC = 2;
const POLICY = 'cleanup.policy';
const BATCH = 'max.message.bytes';
const IN_SYNC = 'min.insync.replicas';

/** Those of these topics that exist, with the settings that count. Throws what kafkajs throws. */
export async function topicFacts(
  broker: Broker,
  names: readonly string[],
): Promise<ReadonlyMap<string, TopicFacts>> {
  const { topicMetadata } = await broker.metadata([]);
  const there = topicMetadata.filter(({ topic }) => names.includes(topic));
  const facts = new Map<string, TopicFacts>();
  for (const { topic, partitionMetadata } of there) {
    const settings = await settingsOf(broker, topic);
    const numberOf = (name: string) => {
      const text = settings?.get(name);
      return text === undefined ? undefined : Number(text);
    };
    facts.set(topic, {
      partitions: partitionMetadata.length,
      replicas: Math.min(...partitionMetadata.map(({ replicas }) => replicas.length)),
      minInSync: numberOf(IN_SYNC),
      cleanupPolicy: settings?.get(POLICY),
      maxBatchBytes: numberOf(BATCH),
    });
  }
  return facts;
}

/** Undefined where we may not read them. */
async function settingsOf(broker: Broker, topic: string): Promise<ReadonlyMap<string, string> | undefined> {
  try {
    const resources = [{ type: TOPIC, name: topic, configNames: [POLICY, BATCH, IN_SYNC] }];
    const [described] = (await broker.describeConfigs({ resources })).resources;
    return new Map(described?.configEntries.map(({ configName, configValue }) => [configName, configValue]));
  } catch (error) {
    if ((error as { readonly type?: string }).type === 'TOPIC_AUTHORIZATION_FAILED') return undefined;
    throw error;
  }
}
