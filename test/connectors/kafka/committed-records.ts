import { kafkajsPort } from '../../../src/connectors/kafka/driver/kafkajs-port.ts';
import { persist } from '../../../src/connectors/kafka/persist.ts';
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
  let records: TextRecord[] = [];
  const text = (bytes: Uint8Array | null) => (bytes === null ? null : Buffer.from(bytes).toString());
  try {
    const { signal } = new AbortController();
    const log = () => {};
    // A broker that has just started knows little for a moment.
    await persist(
      async () => {
        records = [];
        await readTopic({ port, topic, log, signal }, ({ partition, key, value }) =>
          records.push({ partition: Number(partition), key: text(key), value: text(value) }),
        );
      },
      { label: topic, log, signal, limit: 15_000 },
    );
  } finally {
    await port.close();
  }
  return records.sort((a, b) => a.partition - b.partition);
}
