import type { Database } from '../database.ts';
import { checkTableOptions, type KafkaTableOptions } from './kafka-table-options.ts';
import { kafkaTables } from './kafka-tables.ts';

/**
 * Opens topics of Kafka as tables that a job writes. An epoch is one transaction over all of them, with a record of the fence topic that
 * says so: each row is there once for readers with `read_committed`, through crashes of the job and of brokers. They see no epoch before
 * it is committed, and then, within moments, partition by partition. Readers with `read_uncommitted` see rows before that, and rows of
 * tries that were given up.
 *
 * Exactly once from any source that can be read again: its offsets are in the job's own state, which the fence is compared with. A topic
 * and a table elsewhere in one job are two transactions, each exactly once, and not at one moment.
 *
 * Where a key goes depends on how many partitions its topic has: one that gets more is refused (exit 3) until it is written anew.
 *
 * @throws MillraceError (exit 2): wrong options
 */
export async function openKafkaTables(
  options: KafkaTableOptions,
  { log = () => {} }: { readonly log?: (line: string) => void } = {},
): Promise<Database> {
  checkTableOptions(options);
  const { kafkajsWriterPort } = await import('./driver/kafkajs-writer-port.ts');
  const { kafkajsPort } = await import('./driver/kafkajs-port.ts');
  const port = kafkajsWriterPort(options, options.compression ?? 'none');
  return kafkaTables({ options, log, port, reader: (topic) => kafkajsPort(options, topic, true) });
}
