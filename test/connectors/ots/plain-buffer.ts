// PlainBuffer, the form of Tablestore's rows, by code of its own: nothing of the SDK. Every checksum is checked.
import type { OtsCell, OtsValue } from '../../../src/connectors/ots/ots-port.ts';

const HEADER = 0x75;
const TAG = {
  key: 1,
  data: 2,
  cell: 3,
  name: 4,
  value: 5,
  operation: 6,
  time: 7,
  gone: 8,
  rowSum: 9,
  cellSum: 10,
};
const KIND = { integer: 0, double: 1, boolean: 2, string: 3, blob: 7, least: 9, most: 10 };

const TABLE = Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 0x80 ? ((crc << 1) ^ 0x07) & 0xff : crc << 1;
  return crc;
});
const crc8 = (crc: number, bytes: Uint8Array): number =>
  bytes.reduce((sum, byte) => TABLE[sum ^ byte] as number, crc);

/** Ends of a range. */
export const LEAST = Symbol('least');
export const MOST = Symbol('most');
export type Bound = OtsValue | typeof LEAST | typeof MOST;

/** What a row of a request says. `delete`: the column goes. */
export interface ReadRow {
  readonly key: readonly (readonly [string, Bound])[];
  readonly cells: readonly { readonly name: string; readonly value?: OtsValue; readonly delete: boolean }[];
  readonly gone: boolean;
}

class Reader {
  readonly bytes: Buffer;
  at = 0;
  constructor(bytes: Uint8Array) {
    this.bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  }
  get tag(): number | undefined {
    return this.bytes[this.at];
  }
  take(length: number): Buffer {
    if (this.at + length > this.bytes.length) throw new Error('the row ends early');
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }
  byte(): number {
    return this.take(1)[0] as number;
  }
  expect(tag: number): void {
    const found = this.byte();
    if (found !== tag) throw new Error(`tag ${found} in place of ${tag}`);
  }
  /** A variant, and its bytes as they are summed. */
  variant(): readonly [Bound, Buffer] {
    const start = this.at;
    const kind = this.byte();
    const value = ((): Bound => {
      switch (kind) {
        case KIND.integer:
          return this.take(8).readBigInt64LE();
        case KIND.double:
          return this.take(8).readDoubleLE();
        case KIND.boolean:
          return this.byte() !== 0;
        case KIND.string:
          return this.take(this.take(4).readUInt32LE()).toString('utf8');
        case KIND.blob:
          return new Uint8Array(this.take(this.take(4).readUInt32LE()));
        case KIND.least:
          return LEAST;
        case KIND.most:
          return MOST;
        default:
          throw new Error(`kind ${kind} of a value`);
      }
    })();
    return [value, this.bytes.subarray(start, this.at)];
  }
}

/** One value alone, as conditions have it. */
export const readVariant = (bytes: Uint8Array): OtsValue => new Reader(bytes).variant()[0] as OtsValue;

/** The row of a request. */
export function readRow(bytes: Uint8Array): ReadRow {
  const reader = new Reader(bytes);
  if (reader.take(4).readUInt32LE() !== HEADER) throw new Error('no header');
  let rowSum = 0;
  const cell = () => {
    reader.expect(TAG.cell);
    reader.expect(TAG.name);
    const name = reader.take(reader.take(4).readUInt32LE());
    let sum = crc8(0, name);
    let value: Bound | undefined;
    let operation: number | undefined;
    if (reader.tag === TAG.value) {
      reader.byte();
      const length = reader.take(4).readUInt32LE();
      const [found, summed] = reader.variant();
      if (summed.length !== length) throw new Error(`value of ${summed.length} bytes, not ${length}`);
      value = found;
      sum = crc8(sum, summed);
    }
    if (reader.tag === TAG.operation) {
      reader.byte();
      operation = reader.byte();
    }
    if (reader.tag === TAG.time) {
      reader.byte();
      sum = crc8(sum, reader.take(8));
    }
    if (operation !== undefined) sum = crc8(sum, Buffer.of(operation));
    reader.expect(TAG.cellSum);
    if (reader.byte() !== sum) throw new Error(`checksum of column ${name}`);
    rowSum = crc8(rowSum, Buffer.of(sum));
    return { name: name.toString('utf8'), value, delete: operation !== undefined };
  };
  const key: (readonly [string, Bound])[] = [];
  const cells: ReadRow['cells'][number][] = [];
  reader.expect(TAG.key);
  while (reader.tag === TAG.cell) {
    const { name, value } = cell();
    key.push([name, value as Bound]);
  }
  if (reader.tag === TAG.data) {
    reader.byte();
    while (reader.tag === TAG.cell) cells.push(cell() as ReadRow['cells'][number]);
  }
  const gone = reader.tag === TAG.gone;
  if (gone) reader.byte();
  rowSum = crc8(rowSum, Buffer.of(gone ? 1 : 0));
  reader.expect(TAG.rowSum);
  if (reader.byte() !== rowSum) throw new Error('checksum of the row');
  // The SDK makes the room of a range's ends larger than they are.
  if (reader.bytes.subarray(reader.at).some((byte) => byte !== 0)) throw new Error('bytes behind the row');
  return { key, cells, gone };
}

const int32 = (n: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(n);
  return bytes;
};

function variantOf(value: OtsValue): Buffer {
  const eight = Buffer.alloc(8);
  switch (typeof value) {
    case 'bigint':
      eight.writeBigInt64LE(value);
      return Buffer.concat([Buffer.of(KIND.integer), eight]);
    case 'number':
      eight.writeDoubleLE(value);
      return Buffer.concat([Buffer.of(KIND.double), eight]);
    case 'boolean':
      return Buffer.of(KIND.boolean, value ? 1 : 0);
    default: {
      const bytes = Buffer.from(value as string);
      const kind = typeof value === 'string' ? KIND.string : KIND.blob;
      return Buffer.concat([Buffer.of(kind), int32(bytes.length), bytes]);
    }
  }
}

/** Rows as one answer has them. */
export function writeRows(
  rows: readonly { readonly key: readonly OtsCell[]; readonly cells: Iterable<OtsCell> }[],
  time: bigint,
): Buffer {
  const parts: Buffer[] = [int32(HEADER)];
  for (const { key, cells } of rows) {
    let rowSum = 0;
    const cell = ([name, value]: OtsCell, stamp?: Buffer) => {
      const text = Buffer.from(name);
      const variant = variantOf(value);
      const sum = crc8(crc8(crc8(0, text), variant), stamp ?? Buffer.alloc(0));
      rowSum = crc8(rowSum, Buffer.of(sum));
      parts.push(Buffer.of(TAG.cell, TAG.name), int32(text.length), text);
      parts.push(Buffer.of(TAG.value), int32(variant.length), variant);
      if (stamp) parts.push(Buffer.of(TAG.time), stamp);
      parts.push(Buffer.of(TAG.cellSum, sum));
    };
    parts.push(Buffer.of(TAG.key));
    for (const part of key) cell(part);
    const stamp = Buffer.alloc(8);
    stamp.writeBigInt64LE(time);
    const attributes = [...cells];
    if (attributes.length > 0) parts.push(Buffer.of(TAG.data));
    for (const part of attributes) cell(part, stamp);
    parts.push(Buffer.of(TAG.rowSum, crc8(rowSum, Buffer.of(0))));
  }
  return Buffer.concat(parts);
}
