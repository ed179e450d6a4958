// What a source may be in the configuration.
import type { BlobFormat, LengthCheck, Metadata } from '../../connectors/datahub/datahub-words.ts';
import type { KafkaFormat } from '../../connectors/kafka/kafka-format.ts';
import type { Source, SourceSpec } from '../../connectors/source.ts';
import type { MaybePromise } from '../../maybe-promise.ts';
import type { AlibabaService, KafkaCluster } from './services.ts';
import type { Setting } from './setting.ts';

/** Makes seeded, plausible events: of today, until there are enough, or live under `--follow`. */
interface GeneratorConnector {
  readonly connector: 'generator';
  /** Events to make; default 100 000. */
  readonly rows?: number;
  /** The same seed makes the same events. */
  readonly seed?: number;
}
/** Reads files: `.ndjson`, `.jsonl`, `.csv`, each with `.gz`; a folder: its files of these kinds, by name. */
interface FileConnector {
  readonly connector: 'file';
  /** One path or several, read one after the other. `{job}` stands for the job's name. */
  readonly path: Setting | readonly Setting[];
  /** Wait for more at the end of the last file. */
  readonly follow?: boolean;
}
/** Reads a topic of Kafka: offsets are kept with the job's state. It goes on until it is stopped. */
interface KafkaConnector extends KafkaCluster {
  readonly connector: 'kafka';
  /** Default: the source's `topic` in the catalog, else its name. `{job}` stands for the job's name. */
  readonly topic?: Setting;
  /**
   * `json`, the default: a message is one object; `csv`: one record, columns in the source's order. For a source with a primary key also what changed in a table:
   * `debezium`, `canal`, `maxwell`, `ogg`, or `upsert`, a topic that is compacted by key.
   */
  readonly format?: KafkaFormat;
  /** Of changes: the table, as its producer names it (`db.table`), where a topic has several. */
  readonly table?: Setting;
  /** A consumer group that is told what is durable, for people and tools to see. */
  readonly groupId?: Setting;
  /** Where a job without state begins: `earliest`, the default, `latest`, or a time: ISO 8601 or `yyyy-MM-dd HH:mm:ss`, UTC without an offset. */
  readonly startFrom?: Setting;
  /** `latest`: the run ends at what is there at its start. */
  readonly until?: 'latest';
  /** Default `read_committed`. */
  readonly isolation?: 'read_committed' | 'read_uncommitted';
  /** Milliseconds between looks for new partitions; default 30 000. */
  readonly partitionDiscoveryMs?: number;
  /** Bytes that are read ahead, about; default 8 MiB. */
  readonly maxBufferedBytes?: number;
}
/** Reads a topic of Alibaba DataHub: the sequences of its shards are kept with the job's state. It goes on until it is stopped. Names are those of Flink's connector. */
interface DataHubConnector extends AlibabaService {
  readonly connector: 'datahub';
  readonly project: Setting;
  /** Default: the source's `topic` in the catalog, else its name. */
  readonly topic?: Setting;
  /** Of a BLOB topic: `json`, the default, `csv`, or what changed in a table. Fields of a TUPLE topic are taken by name. */
  readonly format?: BlobFormat;
  /** Of changes: the table, as its producer names it (`db.table`), where a topic has several. */
  readonly table?: Setting;
  /** A subscription that is told what is durable, for people and tools to see. */
  readonly subId?: Setting;
  /** A job without state begins with what arrived from then on: `yyyy-MM-dd HH:mm:ss` or ISO 8601, UTC without an offset. Absent: with the oldest records. */
  readonly startTime?: Setting;
  /** `latest`: the run ends at what is there at its start. */
  readonly until?: 'latest';
  /** Records of one call; default 1000. */
  readonly maxFetchSize?: number;
  /** Records that are read ahead, about; default 10 000. */
  readonly maxBufferSize?: number;
  /** Milliseconds that a shard is tried in vain before the run ends; default 1 800 000. */
  readonly retryTimeout?: number;
  /** Longest pause between tries, milliseconds; default 1000. */
  readonly retryInterval?: number;
  /** Milliseconds between looks for new shards; default 10 000. */
  readonly shardDiscoveryMs?: number;
  /** Of records with another number of values than the topic has fields: to quarantine if too few (`NONE`, the default), passed over (`SKIP`), the end of the run (`EXCEPTION`), filled with NULL (`PAD`). */
  readonly lengthCheck?: LengthCheck;
  /** Columns that are no fields: `{ arrived: 'system-time' }`. */
  readonly metadata?: Readonly<Record<string, Metadata>>;
}
/** A source of one's own. */
interface OwnSource {
  readonly connector: 'own';
  /** Opens it, when the job starts. What it throws ends the run: a `MillraceError` with its exit code, all else with 1. */
  readonly open: (spec: SourceSpec) => MaybePromise<Source>;
}
/** Where a source's rows come from. */
export type SourceConnector =
  | GeneratorConnector
  | FileConnector
  | KafkaConnector
  | DataHubConnector
  | OwnSource;
