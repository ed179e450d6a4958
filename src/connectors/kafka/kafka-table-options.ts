import { wrong } from '../../errors.ts';
import type { TableSchema } from '../../plan/schema.ts';
import { checkConnection, checkCount, choiceChecker } from './check-options.ts';
import { COMPRESSIONS, type Compression } from './kafka-compression.ts';
import type { KafkaConnection } from './kafka-options.ts';

/** How one table is written. */
interface KafkaTopicOptions {
  /** Default: the table's name in the database. */
  readonly topic?: string;
  /**
   * `upsert` (default): the topic is compacted, the last record of a key is its row, and one without a value says that the row is gone.
   * `append`: each row is a record more, of several changes of one row within a commit the last; rows cannot be deleted, and the topic cannot
   * be emptied.
   */
  readonly mode?: 'upsert' | 'append';
  /** Default `json`: key and value are objects, of the primary key and of all columns. */
  readonly format?: 'json';
}

/** How a job's tables are written to a cluster: all of them in one transaction for each epoch. */
export interface KafkaTableOptions extends KafkaConnection {
  /** By the catalog's name of the table; absent: all defaults. */
  readonly tables?: Readonly<Record<string, KafkaTopicOptions>>;
  /** The compacted topic that says up to which epoch each job has written; default `millrace-fence`. Each job's record is in its partition 0. */
  readonly fenceTopic?: string;
  /** The transactional id is this, `-` and the job's name; default `millrace`. All runs of a job have the same. */
  readonly transactionalIdPrefix?: string;
  /** Milliseconds after which the cluster gives up a transaction that its producer has left; default 60 000. */
  readonly transactionTimeoutMs?: number;
  /** Of topics that are made; default: the cluster's. */
  readonly partitions?: number;
  readonly replicationFactor?: number;
  /** Default `none`. */
  readonly compression?: Compression;
}

/** How a table is written, nothing left open. */
export type KafkaTopic = Required<KafkaTopicOptions>;

/** The settings of a table. */
export function topicOf(options: KafkaTableOptions, table: TableSchema): KafkaTopic {
  return { topic: table.tableName, mode: 'upsert', format: 'json', ...options.tables?.[table.name] };
}

/**
 * Checks what types cannot: options may come from a file.
 *
 * @throws MillraceError (exit 2)
 */
export function checkTableOptions(options: KafkaTableOptions): void {
  const fault = (text: string) => wrong(`tables in Kafka: ${text}`);
  checkConnection(options, fault);
  for (const name of ['transactionTimeoutMs', 'partitions', 'replicationFactor'] as const)
    checkCount(name, options[name], fault);
  const { compression = 'none', fenceTopic, transactionalIdPrefix, tables = {} } = options;
  choiceChecker(fault)('compression', compression, COMPRESSIONS);
  if (fenceTopic === '') throw fault('fenceTopic: wants the name of a topic');
  if (transactionalIdPrefix === '') throw fault('transactionalIdPrefix: wants a text');
  for (const [table, { topic, mode = 'upsert', format = 'json' }] of Object.entries(tables)) {
    const faultHere = (text: string) => wrong(`table '${table}' in Kafka: ${text}`);
    if (topic === '') throw faultHere('topic: wants the name of a topic');
    choiceChecker(faultHere)('mode', mode, ['upsert', 'append']);
    choiceChecker(faultHere)('format', format, ['json']);
  }
}
