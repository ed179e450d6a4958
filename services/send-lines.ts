import kafkajs from 'kafkajs';

/** What is sent where. */
export interface Lines {
  readonly brokers: readonly string[];
  /** Made where it is missing. */
  readonly topic: string;
  /** The source's name in the catalog. */
  readonly source: string;
  /** Messages, some at a time. */
  readonly lines: AsyncIterable<readonly string[]> | Iterable<readonly string[]>;
}

/** Partitions of a topic that is made. */
const PARTITIONS = 4;

/** What events of one key have in common: what it says arrives in order. */
const KEYS: Readonly<Record<string, readonly string[]>> = {
  user_order: ['id'],
  update_info: ['id'],
  user_log: ['account_id', 'device_id'],
};

/** Sends events of a source of the catalog to a topic, in the order of their keys. @returns how many */
export async function sendLines({ brokers, topic, source, lines }: Lines): Promise<number> {
  const kafka = new kafkajs.Kafka({ brokers: [...brokers], clientId: 'millrace-events', logLevel: 0 });
  const admin = kafka.admin();
  const producer = kafka.producer({ createPartitioner: kafkajs.Partitioners.DefaultPartitioner });
  await Promise.all([admin.connect(), producer.connect()]);
  try {
    await admin.createTopics({ topics: [{ topic, numPartitions: PARTITIONS }], waitForLeaders: true });
    let sent = 0;
    for await (const some of lines) {
      await producer.send({ topic, messages: some.map((value) => ({ key: keyOf(source, value), value })) });
      sent += some.length;
    }
    return sent;
  } finally {
    await Promise.all([admin.disconnect(), producer.disconnect()]);
  }
}

/** The message's key: the first of its columns that has a value. A line that is none has no key. */
function keyOf(source: string, line: string): string | null {
  try {
    const event = JSON.parse(line) as Readonly<Record<string, unknown>>;
    const key = KEYS[source]?.map((name) => event[name]).find((value) => value !== null);
    return key === undefined ? null : String(key);
  } catch {
    return null;
  }
}
