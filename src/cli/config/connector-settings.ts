import { BLOB_FORMATS, LENGTH_CHECKS, METADATA } from '../../connectors/datahub/datahub-words.ts';
import { COMPRESSIONS } from '../../connectors/kafka/kafka-compression.ts';
import { KAFKA_FORMATS } from '../../connectors/kafka/kafka-format.ts';

/**
 * What a setting holds. A `text` may be an environment variable in its place; `texts` and `paths` are one or several; a `secret` is an environment variable's value
 * alone; a `function` is code; a `url` has no password that is written out; a `choice` is one of these words; `settings` has settings of its own; of `choices` each
 * value is one of these words, under any name.
 */
export type SettingKind = (
  | { readonly is: 'count' | 'integer' | 'flag' | 'text' | 'texts' | 'paths' | 'secret' | 'url' | 'function' }
  | { readonly is: 'choice' | 'choices'; readonly of: readonly string[] }
  | { readonly is: 'settings'; readonly of: Settings }
) & {
  /** It must be there. */
  readonly required?: true;
};

/** Settings by name. */
export type Settings = Readonly<Record<string, SettingKind>>;

const count = { is: 'count' } as const;
const text = { is: 'text' } as const;
const secret = { is: 'secret' } as const;
const open = { is: 'function', required: true } as const;
const flag = { is: 'flag' } as const;

/** Of a table that is looked up. */
const CACHE = {
  cache: { is: 'choice', of: ['none', 'LRU', 'ALL'] },
  cacheSize: count,
  cacheTTLMs: count,
} as const;

const needed = { is: 'text', required: true } as const;
const choice = <const W extends readonly string[]>(...of: W) => ({ is: 'choice', of }) as const;

/** Of a cluster of Kafka. */
const KAFKA = {
  brokers: { is: 'texts', required: true },
  topic: text,
  clientId: text,
  ssl: flag,
  tls: { is: 'settings', of: { ca: text, cert: text, key: secret } },
  sasl: {
    is: 'settings',
    of: {
      mechanism: { ...choice('plain', 'scram-sha-256', 'scram-sha-512'), required: true },
      username: needed,
      password: { is: 'secret', required: true },
    },
  },
} as const;

/** Of a service of Alibaba Cloud; names as Flink's connectors have them. */
const ALIBABA = {
  endPoint: needed,
  accessId: needed,
  accessKey: { is: 'secret', required: true },
  securityToken: secret,
} as const;

/** Settings of each connector, by kind and name. */
export const CONNECTORS = {
  sources: {
    generator: { rows: count, seed: { is: 'integer' } },
    file: { path: { is: 'paths', required: true }, follow: flag },
    kafka: {
      ...KAFKA,
      format: choice(...KAFKA_FORMATS),
      table: text,
      groupId: text,
      startFrom: text,
      until: choice('latest'),
      isolation: choice('read_committed', 'read_uncommitted'),
      partitionDiscoveryMs: count,
      maxBufferedBytes: count,
    },
    datahub: {
      ...ALIBABA,
      project: needed,
      topic: text,
      format: choice(...BLOB_FORMATS),
      table: text,
      subId: text,
      startTime: text,
      until: choice('latest'),
      maxFetchSize: count,
      maxBufferSize: count,
      retryTimeout: count,
      retryInterval: count,
      shardDiscoveryMs: count,
      lengthCheck: choice(...LENGTH_CHECKS),
      metadata: { is: 'choices', of: METADATA },
    },
    own: { open },
  },
  tables: {
    sql: { url: { is: 'url', required: true }, ...CACHE },
    kafka: {
      ...KAFKA,
      mode: choice('upsert', 'append'),
      format: choice('json'),
      fenceTopic: text,
      transactionalIdPrefix: text,
      transactionTimeoutMs: count,
      partitions: count,
      replicationFactor: count,
      compression: choice(...COMPRESSIONS),
    },
    datahub: { ...ALIBABA, project: needed, retryTimeout: count, retryInterval: count },
    ots: {
      ...ALIBABA,
      instanceName: needed,
      retryIntervalMs: count,
      maxRetryTimes: { is: 'integer' },
      connectTimeout: count,
      socketTimeout: count,
      batchSize: count,
      fenceTable: text,
      ...CACHE,
    },
    own: { open, ...CACHE },
  },
} as const satisfies Readonly<Record<string, Readonly<Record<string, Settings>>>>;
