import { refused, wrong } from '../../errors.ts';
import type { TableUse } from '../database.ts';
import { type KafkaTableOptions, type KafkaTopic, topicOf } from './kafka-table-options.ts';
import type { KafkaWriterPort, TopicFacts } from './kafka-writer-port.ts';

/** Where topics are prepared. */
export interface PrepareParts {
  readonly label: string;
  readonly port: KafkaWriterPort;
  readonly fenceTopic: string;
  readonly options: KafkaTableOptions;
}

/** Of the fence topic: it is read to its end at each start, and is to stay short. */
const FENCE_SETTINGS = {
  'cleanup.policy': 'compact',
  'segment.bytes': '16777216',
  'min.cleanable.dirty.ratio': '0.1',
};

/** How long a topic that was made may take until it is known: milliseconds. */
const KNOWN_AFTER = 5000;

/**
 * Makes the topics that are missing. Throws `KafkaFault`; exit 2 where a table cannot be kept as it is wanted, exit 3 where a topic
 * is missing that was written before.
 * @returns bytes of the smallest largest batch, and what a person is to know
 */
export async function prepareTopics(
  { label, port, fenceTopic, options }: PrepareParts,
  uses: readonly TableUse[],
): Promise<{ readonly bytes: number; readonly warnings: readonly string[] }> {
  const wanted = uses.map((use) => ({ ...use, ...topicOf(options, use.table) }));
  checkUses(label, fenceTopic, wanted);
  const names = [fenceTopic, ...wanted.map(({ topic }) => topic)];
  let facts = await port.topics(names);
  const lost = wanted.filter(({ topic, expected }) => expected && !facts.has(topic));
  if (lost.length > 0)
    throw refused(
      `${label}: the job has written topic ${lost.map(({ topic }) => topic).join(', ')}, which is not there: its rows are lost, or this is another cluster. Name the cluster that holds them, write the tables anew with --rebuild, or start anew with --fresh`,
    );
  const { partitions, replicationFactor } = options;
  if (!facts.has(fenceTopic))
    await port.create({ topic: fenceTopic, partitions: 1, replicationFactor, settings: FENCE_SETTINGS });
  for (const { topic, mode } of wanted)
    if (!facts.has(topic)) {
      const settings = mode === 'upsert' ? { 'cleanup.policy': 'compact' } : {};
      await port.create({ topic, partitions, replicationFactor, settings });
    }
  for (const began = performance.now(); facts.size < names.length; ) {
    if (performance.now() - began > KNOWN_AFTER) break;
    await new Promise((resolve) => setTimeout(resolve, 20));
    facts = await port.topics(names);
  }
  const fencePolicy = facts.get(fenceTopic)?.cleanupPolicy;
  if (fencePolicy !== undefined && fencePolicy !== 'compact')
    throw wrong(
      `${label}: topic ${fenceTopic} has cleanup.policy=${fencePolicy}: what each job has written up to would be lost in time. Set it to compact, or name another topic with fenceTopic`,
    );
  const sizes = [...facts.values()].flatMap(({ maxBatchBytes }) => maxBatchBytes ?? []);
  return {
    bytes: Math.min(...sizes, Number.POSITIVE_INFINITY),
    warnings: [
      ...wanted.flatMap((one) => warningOf(label, one, facts.get(one.topic))),
      ...names.flatMap((topic) => durabilityOf(label, topic, facts.get(topic))),
    ],
  };
}

/** Why a table cannot be kept in a topic that a job looks up. */
export const cannotLookUp = (label: string, table: string): string =>
  `${label}: table ${table} is looked up, and topics cannot be: keep the table in a database`;

type Wanted = TableUse & KafkaTopic;

function checkUses(label: string, fenceTopic: string, wanted: readonly Wanted[]): void {
  const byTopic = new Map([[fenceTopic, 'the fence']]);
  for (const { table, topic, mode, looksUp, deletes } of wanted) {
    if (looksUp) throw wrong(cannotLookUp(label, table.name));
    if (deletes && mode === 'append')
      throw wrong(
        `${label}: table ${table.name} is appended to topic ${topic}, and the job may delete rows of it, which a topic that is appended to cannot hold: write it with mode 'upsert'`,
      );
    const other = byTopic.get(topic);
    if (other !== undefined)
      throw wrong(
        `${label}: table ${table.name} and ${other} have the same topic, ${topic}: give it one of its own`,
      );
    byTopic.set(topic, `table ${table.name}`);
  }
}

function warningOf(label: string, { table, topic, mode }: Wanted, facts: TopicFacts | undefined): string[] {
  const { cleanupPolicy } = facts ?? {};
  const at = `${label}: topic ${topic} of table ${table.name}`;
  if (cleanupPolicy === undefined)
    return mode === 'append'
      ? []
      : [`${at}: its settings may not be read; its cleanup.policy is to be compact`];
  if (mode === 'upsert' && cleanupPolicy !== 'compact')
    return [
      `${at} has cleanup.policy=${cleanupPolicy}: rows that are not written again are lost after its retention; compact keeps them`,
    ];
  if (mode === 'append' && cleanupPolicy.includes('compact'))
    return [
      `${at} has cleanup.policy=${cleanupPolicy}: of the records of a key the last alone is kept; delete keeps them for its retention`,
    ];
  return [];
}

/** One broker alone cannot do better, and needs no telling. */
function durabilityOf(
  label: string,
  topic: string,
  { replicas = 1, minInSync }: Partial<TopicFacts> = {},
): string[] {
  if (replicas < 2 || minInSync !== 1) return [];
  return [
    `${label}: topic ${topic} has ${replicas} replicas, and min.insync.replicas=1: what is committed while one alone is there is lost with its broker; 2 keeps it`,
  ];
}
