import { wrong } from '../../errors.ts';
import { parseTimestamp } from '../../values/timestamp.ts';
import { checkConnection, checkCount, choiceChecker } from './check-options.ts';
import { KAFKA_FORMATS, type KafkaFormat } from './kafka-format.ts';

/** Who we are for the brokers. */
interface KafkaSasl {
  readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
  readonly username: string;
  readonly password: string;
}

/** TLS: PEM texts, not file names. */
interface KafkaTls {
  /** Who vouches for the brokers; absent: those that Node trusts. */
  readonly ca?: string;
  /** Our certificate and its key, where the brokers want one. */
  readonly cert?: string;
  readonly key?: string;
}

/** How a cluster is reached. */
export interface KafkaConnection {
  /** `host:port` of some brokers; the others are found. */
  readonly brokers: readonly string[];
  /** True: TLS with the authorities that Node trusts. Absent or false: no TLS. */
  readonly ssl?: boolean | KafkaTls;
  readonly sasl?: KafkaSasl;
  /** Our name in the brokers' logs and quotas; default `millrace`. */
  readonly clientId?: string;
}

/** How a topic is read. */
export interface KafkaSourceOptions extends KafkaConnection {
  readonly topic: string;
  readonly format: KafkaFormat;
  /** Of a format of changes: the table whose changes are read, as the producer names it (`db.table`). Absent: of all tables in the topic. */
  readonly table?: string;
  /** Tells this consumer group what is durable, for people and tools to see. We are no member of it, and never read from it. */
  readonly groupId?: string;
  /** Where a run without a position begins: `earliest` (default), `latest`, or a time (ISO 8601 or `yyyy-MM-dd HH:mm:ss`, UTC without an offset). */
  readonly startFrom?: string;
  /** `latest`: ends at what can be read at the start. Absent: goes on. */
  readonly until?: 'latest';
  /** Default `read_committed`: records of transactions that are open or aborted are not read. */
  readonly isolation?: 'read_committed' | 'read_uncommitted';
  /** Milliseconds between looks for new partitions; default 30 000. */
  readonly partitionDiscoveryMs?: number;
  /** Bytes that are read ahead, about: no more is fetched while so many wait; default 8 MiB. */
  readonly maxBufferedBytes?: number;
}

/**
 * Checks what types cannot: options may come from a file.
 *
 * @returns where to begin, the time as epoch milliseconds
 * @throws MillraceError (exit 2)
 */
export function checkKafkaOptions(
  source: string,
  options: KafkaSourceOptions,
): 'earliest' | 'latest' | number {
  const fault = (text: string) => wrong(`source '${source}': ${text}`);
  const { topic, format, startFrom = 'earliest', until, isolation, groupId } = options;
  checkConnection(options, fault);
  if (typeof topic !== 'string' || topic === '') throw fault('topic: wants the name of a topic');
  const among = choiceChecker(fault);
  among('format', format, KAFKA_FORMATS);
  if (until !== undefined) among('until', until, ['latest']);
  if (isolation !== undefined) among('isolation', isolation, ['read_committed', 'read_uncommitted']);
  if (groupId === '') throw fault('groupId: wants the name of a consumer group');
  for (const name of ['partitionDiscoveryMs', 'maxBufferedBytes'] as const) {
    const value = options[name];
    checkCount(name, value, fault);
  }
  if (startFrom === 'earliest' || startFrom === 'latest') return startFrom;
  const time = parseTimestamp(startFrom);
  if (time === undefined || time < 0)
    throw fault(`startFrom: wants earliest, latest or a time like 2025-01-15T10:00:00Z, not '${startFrom}'`);
  return time;
}
