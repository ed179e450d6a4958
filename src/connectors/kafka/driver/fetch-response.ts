// The response to a fetch, versions 4 to 11. kafkajs' own reader throws all partitions away when one has an error, and does not say where
// the batches of a partition end.
import errors from 'kafkajs/src/protocol/error.js';
import type { Fetched, Wanted } from '../kafka-port.ts';
import { faultOf } from './fault-of.ts';
import { type Aborted, readRecords } from './read-records.ts';

/** Reads responses to a fetch of one topic. For kafkajs: `decode` gives what `parse` takes. */
export function fetchResponse(version: number, wanted: readonly Wanted[]) {
  const offsets = new Map(wanted.map(({ partition, offset }) => [partition, offset]));
  return {
    async decode(bytes: Buffer) {
      let at = 0;
      const passed = (size: number) => {
        at += size;
        return at - size;
      };
      const int16 = () => bytes.readInt16BE(passed(2));
      const int32 = () => bytes.readInt32BE(passed(4));
      const int64 = () => bytes.readBigInt64BE(passed(8));
      const throttle = int32();
      const code = version >= 7 ? int16() : 0;
      if (version >= 7) int32();
      if (code !== 0) throw errors.createErrorFromCode(code);
      const fetched: Fetched[] = [];
      for (let topics = int32(); topics > 0; topics--) {
        passed(int16());
        for (let partitions = int32(); partitions > 0; partitions--) {
          const partition = int32();
          const code = int16();
          // High watermark, last stable offset, start of the log.
          passed(version >= 5 ? 24 : 16);
          const aborted: Aborted[] = [];
          for (let i = int32(); i > 0; i--) aborted.push({ producer: int64(), first: int64() });
          if (version >= 11) int32();
          const size = Math.max(0, int32());
          const from = passed(size);
          const offset = offsets.get(partition);
          if (offset === undefined) continue;
          if (code !== 0) {
            const fault = faultOf(errors.createErrorFromCode(code));
            fetched.push({ partition, fault, records: [], next: offset });
          } else {
            const read = await readRecords(bytes.subarray(from, at), partition, offset, aborted);
            fetched.push({ partition, fault: undefined, ...read });
          }
        }
      }
      // From version 8 on it is for the client to hold back.
      return { clientSideThrottleTime: version >= 8 ? throttle : 0, fetched };
    },
    parse: async (decoded: unknown) => (decoded as { readonly fetched: readonly Fetched[] }).fetched,
  };
}
