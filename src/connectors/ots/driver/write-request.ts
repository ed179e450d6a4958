// The request that writes rows, made below the driver's own: that one takes a column named `timestamp` for the time of a version.
import type { Client, default as TableStore } from 'tablestore';
import protocol from 'tablestore/lib/protocol/tablestore_compiled_proto.js';
import type { OtsWrite } from '../ots-port.ts';
import { conditionOf, keyOf, sdkValue } from './params.ts';

type Sdk = typeof TableStore;

/** The operation of `encodeWrites`. */
export const WRITE = 'batchWriteRow';

/** Writes of one table's rows. */
export interface WriteRequest {
  readonly table: string;
  readonly writes: readonly OtsWrite[];
}

/** Makes a client take a `WriteRequest` as the parameters of `WRITE`. */
export function encodeWrites(sdk: Sdk, client: Client): void {
  const others = client.buildContent;
  client.buildContent = (request) => {
    if (request.operation === WRITE) request.httpRequest.body = bodyOf(sdk, request.params as WriteRequest);
    else others.call(client, request);
  };
}

const TYPES: Readonly<Record<OtsWrite['kind'], number>> = { put: 1, update: 2, delete: 3 };

function bodyOf(sdk: Sdk, { table, writes }: WriteRequest): Uint8Array {
  const rows = writes.map((write) => {
    const condition = {};
    sdk.encoder._makeCondition(condition, conditionOf(sdk, write.condition));
    return { type: TYPES[write.kind], rowChange: rowOf(sdk, write), condition };
  });
  const { BatchWriteRowRequest: message } = protocol.main.proto;
  return message.encode({ tables: [{ tableName: table, rows }] }).finish();
}

/** Tag before the columns outside the key. */
const ROW_DATA = 2;
/** Bytes of the header, of a tag, and of the checksum with its tag. */
const HEADER = 4;
const TAG = 1;
const SUM = 2;

function rowOf(sdk: Sdk, write: OtsWrite): Buffer {
  const { PlainBufferBuilder: sizes } = sdk;
  const key = keyOf(sdk, write.key);
  const cells = write.kind === 'delete' ? [] : write.cells;
  const values = cells.map(([name, value]) => [name, sdkValue(sdk, value)] as const);
  const gone = write.kind === 'update' ? write.gone : [];
  let size = HEADER + sizes.computePrimaryKeySize(key) + TAG + SUM;
  for (const [name, value] of values) size += sizes.computeColumnSize(name, value);
  for (const name of gone) size += sizes.computeUpdateColumnSize(name, null, 'DELETE_ALL');

  const stream = new sdk.PlainBufferOutputStream(size);
  const coded = new sdk.PlainBufferCodedOutputStream(stream);
  coded.writeHeader();
  let sum = coded.writePrimaryKey(key, 0);
  if (values.length + gone.length > 0) coded.writeTag(ROW_DATA);
  for (const [name, value] of values) sum = coded.writeColumn(name, value, undefined, sum);
  for (const name of gone) sum = coded.writeUpdateColumn('DELETE_ALL', name, null, sum);
  sum = write.kind === 'delete' ? coded.writeDeleteMarker(sum) : sdk.plainBufferCrc8.crcInt8(sum, 0);
  coded.writeRowChecksum(sum);
  return stream.getBuffer().subarray(0, stream.pos);
}
