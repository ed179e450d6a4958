import type { OutgoingRecord } from './kafka-writer-port.ts';

/** Bytes that a record takes beside its key and its value, at most. */
const OVERHEAD = 40;

/** Cuts records into parts of at most so many bytes, in their order; a record that is larger is a part alone. */
export function* requestParts(
  records: readonly OutgoingRecord[],
  maxBytes: number,
): Generator<readonly OutgoingRecord[]> {
  let from = 0;
  let bytes = 0;
  for (let i = 0; i < records.length; i++) {
    const { key, value } = records[i] as OutgoingRecord;
    const size = OVERHEAD + key.length + (value?.length ?? 0);
    if (i > from && bytes + size > maxBytes) {
      yield records.slice(from, i);
      from = i;
      bytes = 0;
    }
    bytes += size;
  }
  if (from < records.length) yield records.slice(from);
}
