import { failed, MillraceError, wrong } from '../../errors.ts';
import { nearest } from '../../plan/nearest.ts';
import { sleep } from '../sleep.ts';
import type { Source, SourceSpec } from '../source.ts';
import { DurableCommits } from '../topic/durable-commits.ts';
import { Outage } from '../topic/outage.ts';
import { offsetsOf, takenOf } from '../topic/topic-position.ts';
import { TopicSource } from '../topic/topic-source.ts';
import { kafkaDecoder } from './kafka-decoder.ts';
import { KafkaFault } from './kafka-fault.ts';
import { KafkaFeed } from './kafka-feed.ts';
import { checkKafkaOptions, type KafkaSourceOptions } from './kafka-options.ts';
import type { KafkaPort, KafkaRecord } from './kafka-port.ts';
import { startOffsets } from './start-offsets.ts';

/** How long a cluster that is away is tried at the start; a topic that is not there, since a broker that has just started knows none: milliseconds. */
const START_LIMIT = 15_000;
const TOPIC_LIMIT = 3000;

/**
 * Opens a topic of Kafka as a source. Its position is the offsets of all partitions; the driver is loaded here, not before.
 *
 * @throws MillraceError exit 2: wrong options, credentials or topic name; exit 1: the cluster was not reached for 15 s;
 * exit 3: the position is of another topic, or of one that was made anew
 */
export async function openKafkaSource(spec: SourceSpec, options: KafkaSourceOptions): Promise<Source> {
  const source = spec.schema.name;
  const startFrom = checkKafkaOptions(source, options);
  const {
    topic,
    brokers,
    groupId,
    until,
    partitionDiscoveryMs = 30_000,
    maxBufferedBytes = 8 << 20,
  } = options;
  const position = spec.from && offsetsOf(spec.from, source, topic);
  const log = spec.log ?? (() => {});
  const label = `Kafka at ${brokers.join(',')}`;
  const decode = kafkaDecoder(spec, options.format, options.table);
  const { kafkajsPort } = await import('./driver/kafkajs-port.ts');
  const port = kafkajsPort(options, topic, options.isolation !== 'read_uncommitted');
  const { signal } = new AbortController();
  try {
    const { leaders, from, ends } = await patiently(port, { source, topic, label, log }, async () => {
      const leaders = await port.leaders();
      const partitions = [...leaders.keys()];
      const from = await startOffsets({ port, source, topic, partitions, position, startFrom, log, signal });
      const ends = until === 'latest' ? await port.offsets(partitions, 'readable') : undefined;
      return { leaders, from, ends };
    });
    const commits = groupId === undefined ? undefined : groupCommits(port, groupId, log);
    const feed = new KafkaFeed({
      ...{ port, source, topic, label, log, leaders, from, ends, commits },
      discoveryMs: partitionDiscoveryMs,
      maxBytes: maxBufferedBytes,
    });
    return new TopicSource<KafkaRecord>({
      ...{ name: source, topic, feed },
      label: `topic ${topic} at ${brokers.join(',')}`,
      from: Object.fromEntries(from),
      taken: spec.from && takenOf(spec.from),
      decode,
    });
  } catch (error) {
    await port.close();
    throw error;
  }
}

const groupCommits = (port: KafkaPort, groupId: string, log: (line: string) => void): DurableCommits =>
  new DurableCommits(
    `consumer group ${groupId}`,
    (offsets) => {
      const of = Object.entries(offsets).map(([partition, offset]) => [Number(partition), offset] as const);
      return port.commit(groupId, new Map(of));
    },
    log,
  );

/** Tries until the cluster answers: what a person must change is said at once. */
async function patiently<T>(
  port: KafkaPort,
  {
    source,
    topic,
    label,
    log,
  }: { source: string; topic: string; label: string; log: (line: string) => void },
  attempt: () => Promise<T>,
): Promise<T> {
  const began = performance.now();
  const outage = new Outage(label, log);
  for (;;) {
    try {
      const result = await attempt();
      outage.back();
      return result;
    } catch (error) {
      if (error instanceof MillraceError || !(error instanceof KafkaFault)) throw error;
      if (error.kind === 'final') throw wrong(`source '${source}': ${label}: ${error.message}`, error);
      const spent = performance.now() - began;
      if (error.kind === 'unknown topic') {
        if (spent > TOPIC_LIMIT) throw await unknownTopic(port, source, topic, label);
        await sleep(200);
      } else if (spent > START_LIMIT)
        throw failed(
          `source '${source}': ${label} is not reachable, tried for 15 s: ${error.message}`,
          error,
        );
      else await sleep(Math.min(outage.lost(error), 1000));
    }
  }
}

async function unknownTopic(
  port: KafkaPort,
  source: string,
  topic: string,
  label: string,
): Promise<MillraceError> {
  const names = await port.topics().catch(() => []);
  return wrong(`source '${source}': ${label} has no topic '${topic}'${nearest(topic, names)}`);
}
