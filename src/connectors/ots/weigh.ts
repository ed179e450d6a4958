import type { OtsValue, OtsWrite } from './ots-port.ts';

/** Bytes of a cell beside its name and its value, about: its tags, lengths, sums; of a condition too. */
const AROUND = 40;

/** Bytes of a write in a request, about. */
export function weigh(write: OtsWrite): number {
  const { equal = [], absent = [] } = write.condition ?? {};
  const cells = write.kind === 'delete' ? [] : write.cells;
  const gone = write.kind === 'update' ? write.gone : [];
  let bytes = AROUND;
  for (const [name, value] of [...write.key, ...cells, ...equal, ...absent])
    bytes += name.length + sizeOf(value) + AROUND;
  for (const name of gone) bytes += name.length + AROUND;
  return bytes;
}

const sizeOf = (value: OtsValue): number =>
  typeof value === 'string' ? Buffer.byteLength(value) : value instanceof Uint8Array ? value.length : 8;
