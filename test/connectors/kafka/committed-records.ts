import { kafkajsPort } from '../../../src/connectors/kafka/driver/kafkajs-port.ts';
import { readTopic } from '../../../src/connectors/kafka/read-topic.ts';

/** A record as text. */
export interface TextRecord {
  readonly partition: number;
  readonly key: string | null;
  readonly value: string | null;
}

/** What a reader sees in a topic, in order by partition; `committed`: with `read_committed`, the default. */
export async function committedRecords(
  brokers: readonly string[],
  topic: string,
  committed = true,
): Promise<readonly TextRecord[]> {
  const port = kafkajsPort({ brokers }, topic, committed);
  const records: TextRecord[] = [];
  const text = (bytes: Uint8Array | null) => (bytes === null ? null : Buffer.from(bytes).toString());
  try {
    const { signal } = new AbortController();
    await readTopic({ port, topic, log: () => {}, signal }, ({ partition, key, value }) =>
      records.push({ partition: Number(partition), key: text(key), value: text(value) }),
    );
  } finally {
    await port.close();
  }
  return records.sort((a, b) => a.partition - b.partition);
}
