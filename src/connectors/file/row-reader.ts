import { isUtf8 } from 'node:buffer';
import { failed, refused } from '../../errors.ts';
import type { MaybePromise } from '../../maybe-promise.ts';
import type { SourceBatch, SourcePosition } from '../source.ts';
import { BufferSum } from './buffer-sum.ts';
import type { ByteInput } from './byte-input.ts';
import { LineBatch } from './line-batch.ts';
import { endsLine, wentOn } from './line-end.ts';
import { BEGINNING, type LineMark } from './line-mark.ts';
import type { RowDecoder } from './row-decoder.ts';

const NEWLINE = 10;
const MARK = [0xef, 0xbb, 0xbf];
/** Bytes read at once. */
const CHUNK = 1 << 20;
/** With less room than this a new buffer is taken. */
const ROOM = CHUNK / 4;
/** Room behind the bytes: a newline for a last line without one, and what scanners may look at. */
const MARGIN = 8;
/** Longest line, in bytes. */
const LINE_LIMIT = 64 << 20;

/** What a row reader is made of. */
export interface RowReaderParts {
  readonly input: ByteInput;
  readonly decoder: RowDecoder;
  /** The file, as messages and batches name it; undefined where the bytes are from none. */
  readonly file: string | undefined;
  /** Longest line, in bytes; default 64 MB. */
  readonly lineLimit?: number | undefined;
  /** Where the input begins; default: at its beginning. */
  readonly start?: LineMark | undefined;
  /** Positions of the source by places in the input; undefined: it cannot be read again. */
  readonly positionOf?: ((mark: LineMark) => SourcePosition) | undefined;
}

/**
 * Rows of one input, pulled. It holds one buffer: the lines that are read and not yet asked for, and the beginning of the next one.
 * [from, to) are whole lines, [to, end) is the beginning; the buffer's first byte stands at `base` in the input.
 */
export class RowReader {
  readonly #parts: RowReaderParts;
  readonly #lineLimit: number;
  #bytes = Buffer.allocUnsafeSlow(CHUNK + MARGIN);
  #from = 0;
  #to = 0;
  #end = 0;
  #base: number;
  #utf8 = true;
  #ended = false;
  #sum: BufferSum;
  #rows: number;
  /** The line before `from` has not had its newline yet. */
  #open: boolean;
  /** The place of the newline that was put behind a last line without one; -1: none. */
  #tail = -1;

  constructor(parts: RowReaderParts) {
    this.#parts = parts;
    this.#lineLimit = parts.lineLimit ?? LINE_LIMIT;
    const { offset, checksum, open, rows } = parts.start ?? BEGINNING;
    this.#base = offset;
    this.#sum = new BufferSum(this.#bytes, checksum);
    this.#open = open;
    this.#rows = rows;
  }

  /** As `Source.read`. */
  read(max: number): MaybePromise<SourceBatch | null> {
    const held = this.#held(max);
    if (held !== undefined) return held;
    return this.#ended ? null : this.#fill().then(() => this.read(max));
  }

  /** The place behind all that was read, once `read` has answered null. */
  end(): LineMark {
    const place = this.#tail < 0 ? this.#end : this.#tail;
    return {
      offset: this.#base + place,
      checksum: this.#sum.upTo(place),
      open: this.#open || this.#tail >= 0,
      rows: this.#rows,
    };
  }

  /** Rows of the bytes that are held; undefined where these make none. */
  #held(max: number): SourceBatch | undefined {
    if (this.#from >= this.#to) return undefined;
    if (this.#open) this.#endLine();
    const { file, positionOf } = this.#parts;
    const batch = new LineBatch(this.#bytes, this.#base, file);
    this.#decode(max, batch);
    if (batch.n === 0) return undefined;
    this.#rows += batch.n;
    if (positionOf) batch.stand({ sum: this.#sum, tail: this.#tail, rows: this.#rows, positionOf });
    return batch;
  }

  close(): Promise<void> {
    return this.#parts.input.close();
  }

  #decode(max: number, into: LineBatch): void {
    this.#skipMark();
    const lines = {
      bytes: this.#bytes,
      from: this.#from,
      to: this.#to,
      utf8: this.#utf8,
      final: this.#ended || this.#end - this.#from > this.#lineLimit,
    };
    this.#from = this.#parts.decoder.decode(lines, max, into);
  }

  /** A line that was read without its newline gets it now: nothing else may come behind it. */
  #endLine(): void {
    if (!endsLine(this.#bytes, this.#from, this.#to))
      throw refused(wentOn(this.#parts.file ?? 'the input', this.#base + this.#from));
    this.#open = false;
  }

  #skipMark(): void {
    if (this.#base + this.#from === 0 && MARK.every((byte, i) => this.#bytes[i] === byte))
      this.#from = MARK.length;
  }

  async #fill(): Promise<void> {
    const { input, file } = this.#parts;
    const stuck = this.#to > this.#from;
    if (!stuck && this.#end - this.#from > this.#lineLimit)
      throw failed(
        `${file ?? 'the input'}, byte ${this.#base + this.#from}: a line longer than ${this.#lineLimit} bytes: is this a file of lines?`,
      );
    this.#makeRoom();
    const before = this.#end;
    const n = await input.read(this.#bytes, before, this.#bytes.length - MARGIN - before);
    this.#end += n;
    if (n > 0) {
      const newline = this.#bytes.subarray(before, this.#end).lastIndexOf(NEWLINE);
      if (newline >= 0) this.#to = before + newline + 1;
    } else {
      this.#ended = true;
      if (this.#end > this.#to) {
        this.#tail = this.#end;
        this.#bytes[this.#end++] = NEWLINE;
      }
      this.#to = this.#end;
    }
    this.#utf8 = isUtf8(this.#bytes.subarray(this.#from, this.#to));
  }

  /**
   * Makes room for more bytes: behind those that are held where there is some, else in a new buffer. Bytes that a batch
   * may still show are never written over.
   */
  #makeRoom(): void {
    if (this.#bytes.length - MARGIN - this.#end >= ROOM) return;
    const held = this.#end - this.#from;
    const target = Buffer.allocUnsafeSlow(Math.max(CHUNK, held * 2) + MARGIN);
    this.#bytes.copy(target, 0, this.#from, this.#end);
    this.#sum = new BufferSum(target, this.#parts.positionOf ? this.#sum.upTo(this.#from) : 0);
    this.#bytes = target;
    this.#base += this.#from;
    this.#to -= this.#from;
    this.#end = held;
    this.#from = 0;
  }
}
