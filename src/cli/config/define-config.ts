// What `millrace.config.ts` is written with.
import type { Database } from '../../connectors/database.ts';
import type { KafkaFormat } from '../../connectors/kafka/kafka-format.ts';
import type { Source, SourceSpec } from '../../connectors/source.ts';
import type { MaybePromise } from '../../maybe-promise.ts';

/** A value that is taken from an environment variable when it is needed, and not before. */
export interface EnvironmentVariable {
  /** The variable's name. */
  readonly env: string;
}
/** A text of the configuration, or the environment variable that holds it. `undefined` (an unset `process.env.X`) is told as missing. */
export type Setting = string | EnvironmentVariable | undefined;

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
interface KafkaConnector {
  readonly connector: 'kafka';
  /** `host:port` of some brokers; one text may hold several, with commas between them. */
  readonly brokers: Setting | readonly Setting[];
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
  /** Our name in the brokers' logs; default `millrace`. */
  readonly clientId?: Setting;
  /** TLS, the brokers' certificates checked; `tls` says with what beside the authorities that Node trusts. */
  readonly ssl?: boolean;
  /** PEM texts: of who vouches for the brokers, of our certificate and of its key. */
  readonly tls?: { readonly ca?: Setting; readonly cert?: Setting; readonly key?: EnvironmentVariable };
  readonly sasl?: {
    readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
    readonly username: Setting;
    /** Only `env('…')`. */
    readonly password: Setting;
  };
}
/** A source of one's own. */
interface OwnSource {
  readonly connector: 'own';
  /** Opens it, when the job starts. What it throws ends the run: a `MillraceError` with its exit code, all else with 1. */
  readonly open: (spec: SourceSpec) => MaybePromise<Source>;
}
/** Where a source's rows come from. */
export type SourceConnector = GeneratorConnector | FileConnector | KafkaConnector | OwnSource;

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
export type TableConnector = SqlConnector | OwnTables;

/** How the state of a job is kept. */
interface StateConfig {
  /**
   * What a checkpoint survives: `FULL`, the default, a power cut; `NORMAL` the end of the process alone, and after a power cut the tables may be ahead
   * of the state (the run is refused then); `EXTRA` also the loss of a directory entry.
   */
  readonly synchronous?: 'EXTRA' | 'FULL' | 'NORMAL';
}

/** Connectors of one environment, by the catalog's names; `'*'` stands for all that are not named. */
export interface EnvironmentConfig {
  readonly sources?: Readonly<Record<string, SourceConnector>>;
  readonly tables?: Readonly<Record<string, TableConnector>>;
  readonly state?: StateConfig;
}
/** Environments by name, as in a knexfile. */
export interface Config {
  readonly [environment: string]: EnvironmentConfig;
}

/**
 * The configuration, typed: `export default defineConfig({ development: …, production: … })`.
 * @example
 * export default defineConfig({
 *   production: {
 *     sources: { user_order: { connector: 'file', path: '/data/orders' } },
 *     tables: { '*': { connector: 'sql', url: env('MILLRACE_DATABASE_URL') } },
 *   },
 * })
 */
export const defineConfig = (config: Config): Config => config;

/** The value of an environment variable, read when a command needs it: unset, it is told with the path of the setting (exit 2). */
export const env = (name: string): EnvironmentVariable => ({ env: name });
