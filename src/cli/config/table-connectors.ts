// What a table may be in the configuration.
import type { Database } from '../../connectors/database.ts';
import type { Compression } from '../../connectors/kafka/kafka-compression.ts';
import type { MaybePromise } from '../../maybe-promise.ts';
import type { AlibabaService, KafkaCluster } from './services.ts';
import type { Setting } from './setting.ts';

/** What is kept of a table that jobs look up. */
interface CacheSettings {
  /**
   * `none`, the default: each epoch asks the database. `LRU`: the keys asked for last are kept for a time. `ALL`: the whole table is kept, and read again after a time;
   * text keys compare as they are written, whatever the collation. What the job writes itself is seen at once; what others write, up to that time later.
   */
  readonly cache?: 'none' | 'LRU' | 'ALL';
  /** LRU: keys that are kept; default 10 000. */
  readonly cacheSize?: number;
  /** Milliseconds that an answer is kept; default 60 000. */
  readonly cacheTTLMs?: number;
}

/** A table in a SQL database. */
interface SqlConnector extends CacheSettings {
  readonly connector: 'sql';
  /** `sqlite:file.db`, `mysql://user@host:3306/db`, `postgres://…`. A password only through `env('…')`. `{job}` stands for the job's name. */
  readonly url: Setting;
}
/** A table as a topic of Kafka; all tables of one cluster in one transaction for each epoch. It cannot be looked up. */
interface KafkaTable extends KafkaCluster {
  readonly connector: 'kafka';
  /** Default: the table's name in the database. */
  readonly topic?: Setting;
  /** `upsert`, the default: the topic is compacted, the last record of a key is its row. `append`: each row is a record more; rows cannot be deleted. */
  readonly mode?: 'upsert' | 'append';
  readonly format?: 'json';
  /** The compacted topic that says how far each job has written; default `millrace-fence`. */
  readonly fenceTopic?: Setting;
  /** The transactional id is this, `-` and the job's name; default `millrace`. */
  readonly transactionalIdPrefix?: Setting;
  /** Milliseconds after which the cluster gives up a transaction whose producer is gone; default 60 000. */
  readonly transactionTimeoutMs?: number;
  /** Of topics that are made; default: the cluster's. */
  readonly partitions?: number;
  readonly replicationFactor?: number;
  /** Default `none`. */
  readonly compression?: Compression;
}

/** A table as a topic of DataHub, of the table's name in the database, to which records are only added. It cannot be looked up. */
interface DataHubTable extends AlibabaService {
  readonly connector: 'datahub';
  readonly project: Setting;
  /** Milliseconds that a call is tried in vain before the run ends; default 1 800 000. */
  readonly retryTimeout?: number;
  /** Longest pause between tries, milliseconds; default 1000. */
  readonly retryInterval?: number;
}

/** A table in Alibaba Tablestore (OTS), under the table's name in the database. Names are those of Flink's connector. */
interface OtsTable extends AlibabaService, CacheSettings {
  readonly connector: 'ots';
  readonly instanceName: Setting;
  /** Milliseconds between tries; default 1000. */
  readonly retryIntervalMs?: number;
  /** Tries of a look-up after the first; default 100. */
  readonly maxRetryTimes?: number;
  /** Milliseconds; default 30 000. */
  readonly connectTimeout?: number;
  /** Milliseconds without a byte; default 30 000. */
  readonly socketTimeout?: number;
  /** Rows of one request: at most 200; default 100. */
  readonly batchSize?: number;
  /** The table that says how far each job has written; default `millrace_fence`. */
  readonly fenceTable?: Setting;
}

/** Tables of one's own. */
interface OwnTables extends CacheSettings {
  readonly connector: 'own';
  /** Opens what holds them, when the job starts: once for all tables whose `open` is the same function. `log` takes lines for a person to see. */
  readonly open: (parts: {
    readonly job: string;
    readonly log: (line: string) => void;
  }) => MaybePromise<Database>;
}
/** Where a table is. */
export type TableConnector = SqlConnector | KafkaTable | DataHubTable | OtsTable | OwnTables;
