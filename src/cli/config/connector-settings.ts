import { KAFKA_FORMATS } from '../../connectors/kafka/kafka-format.ts';

/**
 * What a setting holds. A `text` may be an environment variable in its place; `texts` and `paths` are one or several; a `secret` is an environment variable's value
 * alone; a `function` is code; a `url` has no password that is written out; a `choice` is one of these words; `settings` has settings of its own.
 */
export type SettingKind = (
  | { readonly is: 'count' | 'integer' | 'flag' | 'text' | 'texts' | 'paths' | 'secret' | 'url' | 'function' }
  | { readonly is: 'choice'; readonly of: readonly string[] }
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

/** Settings of each connector, by kind and name. */
export const CONNECTORS = {
  sources: {
    generator: { rows: count, seed: { is: 'integer' } },
    file: { path: { is: 'paths', required: true }, follow: flag },
    kafka: {
      brokers: { is: 'texts', required: true },
      topic: text,
      format: { is: 'choice', of: KAFKA_FORMATS },
      table: text,
      groupId: text,
      startFrom: text,
      until: { is: 'choice', of: ['latest'] },
      isolation: { is: 'choice', of: ['read_committed', 'read_uncommitted'] },
      partitionDiscoveryMs: count,
      maxBufferedBytes: count,
      clientId: text,
      ssl: flag,
      tls: { is: 'settings', of: { ca: text, cert: text, key: secret } },
      sasl: {
        is: 'settings',
        of: {
          mechanism: { is: 'choice', of: ['plain', 'scram-sha-256', 'scram-sha-512'], required: true },
          username: { is: 'text', required: true },
          password: { is: 'secret', required: true },
        },
      },
    },
    own: { open },
  },
  tables: {
    sql: { url: { is: 'url', required: true }, ...CACHE },
    own: { open, ...CACHE },
  },
} as const satisfies Readonly<Record<string, Readonly<Record<string, Settings>>>>;
