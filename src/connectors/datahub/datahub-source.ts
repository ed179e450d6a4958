import { failed, MillraceError, wrong } from '../../errors.ts';
import type { Source, SourceSpec } from '../source.ts';
import { Outage } from '../topic/outage.ts';
import { sleep } from '../topic/sleep.ts';
import { offsetsOf, takenOf } from '../topic/topic-position.ts';
import { TopicSource } from '../topic/topic-source.ts';
import { ArrivalTimes } from './arrival-times.ts';
import { datahubClient } from './datahub-client.ts';
import { datahubDecoder } from './datahub-decoder.ts';
import { DataHubFault } from './datahub-fault.ts';
import { DataHubFeed } from './datahub-feed.ts';
import { checkDataHubOptions, type DataHubSourceOptions } from './datahub-options.ts';
import type { DataHubRecord } from './datahub-record.ts';
import { endPlaces, startPlaces } from './start-places.ts';
import { subscriptionCommits } from './subscription-commits.ts';

/** How long a service that is away is tried at the start: milliseconds. */
const START_LIMIT = 15_000;

/**
 * Opens a topic of DataHub as a source. Its position is the sequences of all shards; shards that are split or merged are read to their end
 * before those that follow them.
 *
 * @throws MillraceError exit 2: wrong options, credentials or names, or a topic that does not fit the source; exit 1: the service was not
 * reached for 15 s; exit 3: the position is of another topic
 */
export async function openDataHubSource(spec: SourceSpec, options: DataHubSourceOptions): Promise<Source> {
  const source = spec.schema.name;
  const startTime = checkDataHubOptions(source, options);
  const topic = `${options.project}.${options.topic}`;
  const position = spec.from && offsetsOf(spec.from, source, topic);
  const log = spec.log ?? (() => {});
  const host = new URL(options.endPoint).host;
  const label = `DataHub at ${host}`;
  const port = datahubClient(options);
  try {
    const { decode, family, from, ends } = await patiently(source, label, topic, log, async () => {
      const decode = datahubDecoder(spec, topic, await port.describe(), options);
      const shards = await port.shards();
      const places = await startPlaces({ port, source, topic, position, startTime, log }, shards);
      return { decode, ...places, ends: options.until && (await endPlaces(port, shards)) };
    });
    const times = new ArrivalTimes();
    const isListed = (shard: string) => family.has(shard);
    const { subId } = options;
    const commits =
      subId === undefined ? undefined : subscriptionCommits(port, subId, { times, isListed }, log);
    const feed = new DataHubFeed({
      ...{ port, source, topic, label, log, family, from, ends, times, commits },
      maxFetchSize: options.maxFetchSize ?? 1000,
      maxBufferSize: options.maxBufferSize ?? 10_000,
      retryTimeout: options.retryTimeout ?? 1_800_000,
      retryInterval: options.retryInterval ?? 1000,
      discoveryMs: options.shardDiscoveryMs ?? 10_000,
    });
    return new TopicSource<DataHubRecord>({
      ...{ name: source, topic, feed, decode },
      label: `topic ${topic} at ${host}`,
      from: Object.fromEntries(from),
      taken: spec.from && takenOf(spec.from),
    });
  } catch (error) {
    port.close();
    throw error;
  }
}

/** Tries until the service answers: what a person must change is said at once. */
async function patiently<T>(
  source: string,
  label: string,
  topic: string,
  log: (line: string) => void,
  attempt: () => Promise<T>,
): Promise<T> {
  const began = performance.now();
  const outage = new Outage(label, log, 1000);
  for (;;) {
    try {
      const result = await attempt();
      outage.back();
      return result;
    } catch (error) {
      if (error instanceof MillraceError || !(error instanceof DataHubFault)) throw error;
      const { kind, message } = error;
      const at = `source '${source}': ${label}`;
      if (kind === 'missing') throw wrong(`${at} has no topic ${topic}: ${message}`, error);
      if (kind !== 'away') throw wrong(`${at}: ${message}`, error);
      if (performance.now() - began > START_LIMIT)
        throw failed(`${at} is not reachable, tried for 15 s: ${message}`, error);
      await sleep(outage.lost(error), new AbortController().signal);
    }
  }
}
