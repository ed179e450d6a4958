import type { Source, SourceSpec } from '../source.ts';
import { offsetsOf, takenOf } from '../topic/topic-position.ts';
import { TopicSource } from '../topic/topic-source.ts';
import { ArrivalTimes } from './arrival-times.ts';
import { datahubClient } from './datahub-client.ts';
import { datahubDecoder } from './datahub-decoder.ts';
import { DataHubFeed } from './datahub-feed.ts';
import { checkDataHubOptions, type DataHubSourceOptions } from './datahub-options.ts';
import type { DataHubRecord } from './datahub-record.ts';
import { firstContact } from './first-contact.ts';
import { endPlaces, startPlaces } from './start-places.ts';
import { subscriptionCommits } from './subscription-commits.ts';

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
    const { decode, family, from, ends } = await firstContact(
      { owner: `source '${source}'`, label, topic, log },
      async () => {
        const decode = datahubDecoder(spec, topic, await port.describe(), options);
        const shards = await port.shards();
        const places = await startPlaces({ port, source, topic, position, startTime, log }, shards);
        return { decode, ...places, ends: options.until && (await endPlaces(port, shards)) };
      },
    );
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
