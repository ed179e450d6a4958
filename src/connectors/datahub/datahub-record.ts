import type { TopicRecord } from '../topic/topic-batch.ts';
import type { ReadRecord, RecordData } from './datahub-port.ts';

/** A record of a shard. */
export interface DataHubRecord extends TopicRecord {
  /** When it arrived: epoch milliseconds. */
  readonly time: number;
  readonly data: RecordData;
}

/** The record as sources of topics know it. What quarantine shows of a TUPLE is its values as a JSON array. */
export function datahubRecord(shard: string, { sequence, time, data }: ReadRecord): DataHubRecord {
  return {
    partition: shard,
    offset: sequence,
    time,
    data,
    // Made when it is asked for: few records are shown.
    get raw() {
      return data instanceof Uint8Array ? data : Buffer.from(JSON.stringify(data));
    },
  };
}
