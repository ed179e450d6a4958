import type { Row } from '../../values/sql-type.ts';
import type { Fault } from '../format/fault.ts';
import type { Reject, SourceBatch, SourcePosition } from '../source.ts';
import type { BufferSum } from './buffer-sum.ts';
import type { LineMark } from './line-mark.ts';

const RETURN = 13;
const NO_REJECTS = Object.freeze<Reject[]>([]) as Reject[];

/** What the position behind a batch is made of. */
export interface Standing {
  readonly sum: BufferSum;
  /** The place of the newline that stands in for the one that the input's last line has not; -1: none. */
  readonly tail: number;
  /** Rows of the input, those of the batch included. */
  readonly rows: number;
  positionOf(mark: LineMark): SourcePosition;
}

/** Rows decoded from lines of one buffer: the places of the lines stand beside them. The buffer is not written over while a batch shows it. */
export class LineBatch implements SourceBatch {
  readonly rows: (Row | null)[] = [];
  rejects: Reject[] = NO_REJECTS;
  /** Start and end of each line. */
  readonly #places: number[] = [];
  readonly #bytes: Buffer;
  readonly #base: number;
  readonly #file: string | undefined;
  #standing: Standing | undefined;

  /** `base`: position in the file of the buffer's first byte. */
  constructor(bytes: Buffer, base: number, file: string | undefined) {
    this.#bytes = bytes;
    this.#base = base;
    this.#file = file;
  }

  get n(): number {
    return this.rows.length;
  }

  /** Adds the row of the line in [start, end), without its newline. */
  add(row: Row, start: number, end: number): void {
    this.rows.push(row);
    this.#places.push(start, end);
  }

  /** Adds a line that is no row. */
  reject({ reason, column }: Fault, start: number, end: number): void {
    if (this.rejects === NO_REJECTS) this.rejects = [];
    this.rejects.push({ index: this.rows.length, reason, column });
    this.rows.push(null);
    this.#places.push(start, end);
  }

  /** Says where the input stands behind the last row; without it, positions are null. */
  stand(standing: Standing): void {
    this.#standing = standing;
  }

  offset(i: number): number {
    return this.#base + (this.#places[2 * i] as number);
  }

  raw(i: number): Uint8Array {
    const start = this.#places[2 * i] as number;
    const end = this.#places[2 * i + 1] as number;
    return this.#bytes.subarray(start, end > start && this.#bytes[end - 1] === RETURN ? end - 1 : end);
  }

  file(_i: number): string | undefined {
    return this.#file;
  }

  position(): SourcePosition | null {
    if (this.#standing === undefined) return null;
    const { sum, tail, rows, positionOf } = this.#standing;
    const newline = this.#places.at(-1) ?? -1;
    const open = newline === tail;
    const behind = open ? newline : newline + 1;
    return positionOf({ offset: this.#base + behind, checksum: sum.upTo(behind), open, rows });
  }
}
