import { KafkaFault } from './kafka-fault.ts';
import type { OutgoingRecord } from './kafka-writer-port.ts';

const sizeOf = ({ key, value }: OutgoingRecord): number => key.length + (value?.length ?? 0);

/** Throws an error again; where records are too large it says which one is the largest. */
export const namingLargest =
  (records: readonly OutgoingRecord[]) =>
  (error: unknown): never => {
    if (!(error instanceof KafkaFault) || error.kind !== 'too large') throw error;
    const largest = records.reduce((one, other) => (sizeOf(other) > sizeOf(one) ? other : one));
    throw new KafkaFault(
      'too large',
      `topic ${largest.topic} takes no record of ${sizeOf(largest)} bytes, key ${Buffer.from(largest.key)}: raise its max.message.bytes`,
      error,
    );
  };
