import { wrong } from '../../errors.ts';
import { parseTimestamp } from '../../values/timestamp.ts';
import { checkDataHubName, checkDataHubService, type DataHubConnection } from './datahub-connection.ts';
import {
  BLOB_FORMATS,
  type BlobFormat,
  LENGTH_CHECKS,
  type LengthCheck,
  METADATA,
  type Metadata,
} from './datahub-words.ts';

/** How a topic is read; names as Flink's connector has them. */
export interface DataHubSourceOptions extends DataHubConnection {
  /** Of a BLOB topic; default `json`. */
  readonly format?: BlobFormat;
  /** Of a format of changes: the table whose changes are read, as the producer names it (`db.table`). Absent: of all tables in the topic. */
  readonly table?: string;
  /** Tells this subscription what is durable, for people and tools to see. It is never read from. */
  readonly subId?: string;
  /** A run without a position begins with what arrived from then on: `yyyy-MM-dd HH:mm:ss` or ISO 8601, UTC without an offset. Absent: with the oldest records. */
  readonly startTime?: string;
  /** `latest`: ends at what is there at the start. Absent: goes on. */
  readonly until?: 'latest';
  /** Most records that one call asks for; default 1000, and the service gives no more. */
  readonly maxFetchSize?: number;
  /** Records that are read ahead, about: no more are asked for while so many wait; default 10 000. */
  readonly maxBufferSize?: number;
  /** Milliseconds that a shard is tried in vain before the run ends; default 1 800 000. */
  readonly retryTimeout?: number;
  /** Longest pause between tries, which begin sooner: milliseconds; default 1000. */
  readonly retryInterval?: number;
  /** Milliseconds between looks for new shards; default 10 000. */
  readonly shardDiscoveryMs?: number;
  /**
   * Of a TUPLE record with another number of values than the topic has fields. `NONE` (default): what is too many is ignored, with too few it goes
   * to quarantine. `SKIP`: it is passed over. `EXCEPTION`: the run ends. `PAD`: what is too many is ignored, what is missing is NULL.
   */
  readonly lengthCheck?: LengthCheck;
  /** Columns that are filled from what is known of the record, in place of a field: VARCHAR from `shard-id`, BIGINT from `sequence`, BIGINT (milliseconds) or TIMESTAMP from `system-time`. */
  readonly metadata?: Readonly<Record<string, Metadata>>;
}

/**
 * Checks what types cannot: options may come from a file.
 *
 * @returns where to begin, as epoch milliseconds; undefined: at the oldest records
 * @throws MillraceError (exit 2)
 */
export function checkDataHubOptions(source: string, options: DataHubSourceOptions): number | undefined {
  const owner = `source '${source}'`;
  const fault = (text: string) => wrong(`${owner}: ${text}`);
  checkDataHubService(owner, options);
  checkDataHubName(owner, 'topic', options.topic);
  const among = (name: string, value: unknown, values: readonly string[]) => {
    if (value !== undefined && !values.includes(value as string))
      throw fault(`${name}: wants ${values.join(' or ')}, not '${value}'`);
  };
  among('format', options.format, BLOB_FORMATS);
  among('until', options.until, ['latest']);
  among('lengthCheck', options.lengthCheck, LENGTH_CHECKS);
  for (const [column, what] of Object.entries(options.metadata ?? {}))
    among(`metadata.${column}`, what, METADATA);
  if (options.subId !== undefined && !/^\w+$/.test(options.subId))
    throw fault('subId: wants the id of a subscription');
  const sizes = [
    'maxFetchSize',
    'maxBufferSize',
    'retryTimeout',
    'retryInterval',
    'shardDiscoveryMs',
  ] as const;
  for (const name of sizes) {
    const value = options[name];
    if (value !== undefined && !(Number.isSafeInteger(value) && value > 0))
      throw fault(`${name}: wants a whole number above 0, not '${value}'`);
  }
  if (options.startTime === undefined) return undefined;
  const time = parseTimestamp(options.startTime);
  if (time === undefined || time < 0)
    throw fault(`startTime: wants a time like 2025-01-15 10:00:00, not '${options.startTime}'`);
  return time;
}
