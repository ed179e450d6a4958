import type { DataHubSourceOptions } from '../connectors/datahub/datahub-options.ts';
import type { KafkaSourceOptions } from '../connectors/kafka/kafka-options.ts';
import type { Source, SourceSpec } from '../connectors/source.ts';

type Settings = Readonly<Record<string, unknown>>;

/** The topic that the configuration names, else the catalog, else the one of the source's name. */
const topicOf = ({ schema: { name, options } }: SourceSpec, { topic }: Settings): unknown =>
  topic ?? options.topic ?? name;

/** Opens the topic of a source by its connector, which is loaded here, not before. `settings`: checked, variables read. */
export const openTopic: Readonly<
  Record<'kafka' | 'datahub', (spec: SourceSpec, settings: Settings) => Promise<Source>>
> = {
  async kafka(spec, settings) {
    const { openKafkaSource } = await import('../connectors/kafka/kafka-source.ts');
    const { format = 'json', ssl = false, tls = ssl, ...rest } = settings;
    const topic = topicOf(spec, settings);
    return openKafkaSource(spec, { ...rest, topic, format, ssl: tls } as KafkaSourceOptions);
  },
  async datahub(spec, settings) {
    const { openDataHubSource } = await import('../connectors/datahub/datahub-source.ts');
    return openDataHubSource(spec, { ...settings, topic: topicOf(spec, settings) } as DataHubSourceOptions);
  },
};
