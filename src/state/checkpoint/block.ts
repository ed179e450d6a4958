// Entries of keyed state as bytes, column by column: one pass per column over values of one type, which costs a third of what
// a general serialiser does.
import { failed, type MillraceError } from '../../errors.ts';
import type { SqlType, Value } from '../../values/sql-type.ts';

/** A column of what is kept. Its type says how its values are written. */
export interface KeptColumn {
  readonly name: string;
  readonly type: SqlType;
}

/** Entries to write, or that were read: each stands at a place (a small number) and has a value per column, or is gone. */
export class Block {
  readonly columns: readonly KeptColumn[];
  /** Entries. Only the first `n` places count; arrays are used again. */
  n = 0;
  readonly places: number[] = [];
  /** Entries that are there, in order: their values stand at the same index of each column. */
  present = 0;
  /** By entry: 1 where it is there, 0 where it is gone. */
  readonly flags: number[] = [];
  readonly values: Value[][];

  constructor(columns: readonly KeptColumn[]) {
    this.columns = columns;
    this.values = columns.map(() => []);
  }

  clear(): this {
    this.n = 0;
    this.present = 0;
    return this;
  }

  /** Adds an entry that is there. @returns where its values belong in each column */
  add(place: number): number {
    this.places[this.n] = place;
    this.flags[this.n++] = 1;
    return this.present++;
  }

  /** Adds an entry that is gone. */
  gone(place: number): void {
    this.places[this.n] = place;
    this.flags[this.n++] = 0;
  }
}

// How a column's values are written. Formats are part of the file format: none is ever changed, new ones are added.
const INT32 = 1;
const FLOAT64 = 2;
const LATIN1 = 3;
const UTF16 = 4;
const BOOLEAN = 5;
const DIGITS = 6;
/** Added to a format where some of the values are NULL. */
const NULLS = 0x80;

const isText = (type: SqlType): boolean => type === 'VARCHAR';
const isBigint = (type: SqlType): boolean => type === 'BIGINT(bigint)' || type.startsWith('DECIMAL');

/** The entries as bytes. */
export function encodeBlock(block: Block): Buffer {
  const { n, present } = block;
  const head = Buffer.alloc(12);
  head.writeUInt32LE(n, 0);
  head.writeUInt32LE(present, 4);
  head.writeUInt32LE(block.columns.length, 8);
  // Loops: `from` with a function costs many times as much.
  const places = new Uint32Array(n);
  for (let i = 0; i < n; i++) places[i] = block.places[i] as number;
  const parts: Buffer[] = [head, bytesOf(places)];
  if (present < n) {
    const flags = Buffer.allocUnsafe(n);
    for (let i = 0; i < n; i++) flags[i] = block.flags[i] as number;
    parts.push(flags);
  }
  block.columns.forEach(({ type }, i) => {
    encodeColumn(parts, type, block.values[i] as Value[], present);
  });
  return Buffer.concat(parts);
}

const bytesOf = (array: Uint32Array | Int32Array | Float64Array): Buffer =>
  Buffer.from(array.buffer, array.byteOffset, array.byteLength);

function encodeColumn(parts: Buffer[], type: SqlType, values: readonly Value[], n: number): void {
  let nulls: Uint8Array | undefined;
  for (let i = 0; i < n; i++)
    if (values[i] === null) {
      nulls ??= new Uint8Array(n);
      nulls[i] = 1;
    }
  const start = (format: number): void => {
    parts.push(Buffer.of(nulls === undefined ? format : format | NULLS));
    if (nulls !== undefined) parts.push(Buffer.from(nulls));
  };
  if (isText(type)) {
    const texts = values.slice(0, n) as (string | null)[];
    const joined = texts.join('');
    const narrow = isLatin1(joined);
    start(narrow ? LATIN1 : UTF16);
    encodeTexts(parts, texts, Buffer.from(joined, narrow ? 'latin1' : 'utf16le'));
  } else if (isBigint(type)) {
    const digits = Array.from({ length: n }, (_, i) => (values[i] === null ? null : String(values[i])));
    start(DIGITS);
    encodeTexts(parts, digits, Buffer.from(digits.join(''), 'latin1'));
  } else if (type === 'BOOLEAN') {
    start(BOOLEAN);
    const bytes = Buffer.allocUnsafe(n);
    for (let i = 0; i < n; i++) bytes[i] = Number(values[i] ?? 0);
    parts.push(bytes);
  } else {
    const doubles = new Float64Array(n);
    let small = true;
    for (let i = 0; i < n; i++) {
      const value = (values[i] ?? 0) as number;
      doubles[i] = value;
      // −0 is no small integer: its sign counts.
      if ((value | 0) !== value || (value === 0 && 1 / value < 0)) small = false;
    }
    start(small ? INT32 : FLOAT64);
    parts.push(bytesOf(small ? new Int32Array(doubles) : doubles));
  }
}

const WIDE = /[\u0100-\uffff]/;
const isLatin1 = (text: string): boolean => !WIDE.test(text);

/** Lengths in units, of one byte each where all are short, and the units. */
function encodeTexts(parts: Buffer[], texts: readonly (string | null)[], units: Buffer): void {
  const n = texts.length;
  const lengths = new Uint32Array(n);
  let longest = 0;
  for (let i = 0; i < n; i++) {
    const length = texts[i]?.length ?? 0;
    lengths[i] = length;
    if (length > longest) longest = length;
  }
  const head = Buffer.alloc(5);
  head.writeUInt8(longest < 256 ? 1 : 4, 0);
  head.writeUInt32LE(units.length, 1);
  parts.push(head, longest < 256 ? Buffer.from(new Uint8Array(lengths).buffer) : bytesOf(lengths), units);
}

const all = (): boolean => true;

/** How a block is read. */
export interface DecodeOptions {
  /** Which of the columns are read; the others stay without values. */
  readonly wants?: (column: KeptColumn) => boolean;
  /** A block of these columns that is written over. */
  readonly into?: Block;
}

/**
 * The entries that bytes say, in a block of these columns.
 * @throws MillraceError where the bytes are none of such a block
 */
export function decodeBlock(
  bytes: Buffer,
  columns: readonly KeptColumn[],
  { wants = all, into: block = new Block(columns) }: DecodeOptions = {},
): Block {
  const reader = new Reader(bytes);
  const n = reader.uint32();
  const present = reader.uint32();
  const width = reader.uint32();
  if (width !== columns.length) throw failed(`the state has ${width} columns, not ${columns.length}`);
  block.n = n;
  block.present = present;
  const places = reader.uint32s(n);
  const flags = present < n ? reader.bytes(n) : undefined;
  for (let i = 0; i < n; i++) {
    block.places[i] = places[i] as number;
    block.flags[i] = flags === undefined ? 1 : (flags[i] as number);
  }
  columns.forEach((column, i) => {
    if (wants(column)) decodeColumn(reader, column.type, block.values[i] as Value[], present);
    else skipColumn(reader, column.type, present);
  });
  if (!reader.ended) throw failed('the state goes on where it should end');
  return block;
}

class Reader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get ended(): boolean {
    return this.#at === this.#bytes.length;
  }

  bytes(n: number): Buffer {
    if (this.#at + n > this.#bytes.length) throw failed('the state ends in the middle');
    this.#at += n;
    return this.#bytes.subarray(this.#at - n, this.#at);
  }

  uint8(): number {
    return this.bytes(1)[0] as number;
  }

  uint32(): number {
    return this.bytes(4).readUInt32LE();
  }

  /** These numbers, as the following ones, stand until the next are read. */
  uint32s(n: number): Uint32Array {
    return new Uint32Array(this.#copy(n * 4), 0, n);
  }

  int32s(n: number): Int32Array {
    return new Int32Array(this.#copy(n * 4), 0, n);
  }

  doubles(n: number): Float64Array {
    return new Float64Array(this.#copy(n * 8), 0, n);
  }

  /** Typed arrays begin at multiples of their width. */
  #copy(n: number): ArrayBuffer {
    if (n > scratch.length) scratch = new Uint8Array(n * 2);
    scratch.set(this.bytes(n));
    return scratch.buffer;
  }
}

/** Numbers on their way: an array for each column costs more than its numbers do. */
let scratch = new Uint8Array(64 * 1024);

function decodeColumn(reader: Reader, type: SqlType, values: Value[], n: number): void {
  const tag = reader.uint8();
  const nulls = tag & NULLS ? reader.bytes(n) : undefined;
  switch (tag & ~NULLS) {
    case INT32:
    case FLOAT64: {
      const numbers = (tag & ~NULLS) === INT32 ? reader.int32s(n) : reader.doubles(n);
      for (let i = 0; i < n; i++) values[i] = numbers[i] as number;
      break;
    }
    case LATIN1:
      decodeTexts(reader, values, n, 'latin1', 1);
      break;
    case UTF16:
      decodeTexts(reader, values, n, 'utf16le', 2);
      break;
    case DIGITS:
      decodeTexts(reader, values, n, 'latin1', 1);
      for (let i = 0; i < n; i++) if (values[i] !== '') values[i] = BigInt(values[i] as string);
      break;
    case BOOLEAN: {
      const bytes = reader.bytes(n);
      for (let i = 0; i < n; i++) values[i] = bytes[i] === 1;
      break;
    }
    default:
      throw unknownForm(type, tag);
  }
  if (nulls !== undefined) for (let i = 0; i < n; i++) if (nulls[i] === 1) values[i] = null;
}

function skipColumn(reader: Reader, type: SqlType, n: number): void {
  const tag = reader.uint8();
  if (tag & NULLS) reader.bytes(n);
  switch (tag & ~NULLS) {
    case INT32:
      reader.bytes(n * 4);
      break;
    case FLOAT64:
      reader.bytes(n * 8);
      break;
    case LATIN1:
    case UTF16:
    case DIGITS: {
      const width = reader.uint8();
      const size = reader.uint32();
      reader.bytes(n * width);
      reader.bytes(size);
      break;
    }
    case BOOLEAN:
      reader.bytes(n);
      break;
    default:
      throw unknownForm(type, tag);
  }
}

const unknownForm = (type: SqlType, tag: number): MillraceError =>
  failed(`the state holds a ${type} column in a form (${tag}) that this version does not know`);

function decodeTexts(
  reader: Reader,
  values: Value[],
  n: number,
  encoding: 'latin1' | 'utf16le',
  width: number,
): void {
  const ofLength = reader.uint8();
  const size = reader.uint32();
  const lengths = ofLength === 1 ? reader.bytes(n) : reader.uint32s(n);
  const units = reader.bytes(size);
  const known = knownTexts.begin(units);
  let at = 0;
  for (let i = 0; i < n; i++) {
    const end = at + (lengths[i] as number) * width;
    // A text of its own, not a slice of one that would be held with it.
    values[i] = known.find(at, end) ?? known.keep(at, end, units.toString(encoding, at, end));
    at = end;
  }
}

/** Places of a column's texts that are looked at for the same text: a power of two. */
const KNOWN = 64;
/** Texts after which a column whose texts differ is not searched any more. */
const TRIES = 128;

/** Texts of a column: where few differ they are made once, which takes less time and less memory. */
class KnownTexts {
  readonly #texts: string[] = [];
  readonly #starts = new Int32Array(KNOWN);
  readonly #ends = new Int32Array(KNOWN);
  #units: Buffer = Buffer.alloc(0);
  #place = 0;
  #tries = 0;
  #found = 0;

  /** Begins a column, of these bytes. */
  begin(units: Buffer): this {
    this.#units = units;
    this.#ends.fill(-1);
    this.#tries = 0;
    this.#found = 0;
    return this;
  }

  /** The text of these bytes, if it is known. */
  find(from: number, to: number): string | undefined {
    if (this.#tries >= TRIES && this.#found * 2 < this.#tries) return undefined;
    this.#tries++;
    const units = this.#units;
    let hash = to - from;
    for (let at = from; at < to; at++) hash = (Math.imul(hash, 31) + (units[at] as number)) | 0;
    const place = (hash ^ (hash >>> 15)) & (KNOWN - 1);
    this.#place = place;
    const start = this.#starts[place] as number;
    if ((this.#ends[place] as number) - start !== to - from) return undefined;
    for (let i = to - from - 1; i >= 0; i--) if (units[start + i] !== units[from + i]) return undefined;
    this.#found++;
    return this.#texts[place];
  }

  /** Keeps the text of bytes that were just looked for. */
  keep(from: number, to: number, text: string): string {
    this.#texts[this.#place] = text;
    this.#starts[this.#place] = from;
    this.#ends[this.#place] = to;
    return text;
  }
}

/** One column after the other. */
const knownTexts = new KnownTexts();
