import { Block, encodeBlock } from './block.ts';
import type { CheckpointSizes, Chunk } from './checkpoint-log.ts';
import type { StatePart } from './state-part.ts';

/** Epochs after which a state that holds nothing says that its changes are not needed. */
const EMPTY = 512;
/** Places of a chunk. */
const PLACES = 1024;
/** Bytes of snapshot per byte of log while a round is under way. */
const PACE = 2;

/** A part of the state, and its number in the checkpoint. */
export interface NumberedPart {
  readonly id: number;
  readonly part: StatePart;
}

function chunkOf({ id, part }: NumberedPart, number: number, block: Block): Chunk {
  const from = number * PLACES;
  part.range(from, Math.min(from + PLACES, part.end), block.clear());
  return { part: id, number, data: block.n === 0 ? null : encodeBlock(block) };
}

/** A state as it stands, whole. */
export function wholeSnapshot(parts: readonly NumberedPart[]): readonly Chunk[] {
  return parts.flatMap((numbered) => {
    const block = new Block(numbered.part.columns);
    const n = Math.ceil(numbered.part.end / PLACES);
    return Array.from({ length: n }, (_, number) => chunkOf(numbered, number, block));
  });
}

/** Where a round of chunks stands. */
interface Round {
  /** The epoch of its first chunk. */
  readonly from: number;
  part: number;
  chunk: number;
  /** Bytes of log since. */
  log: number;
}

/**
 * Renews the snapshot round by round, some chunks with each epoch, in step with the log that grows meanwhile. A round begins when the log is as long as the
 * snapshot; when it ends, changes from before it are not needed any more. So state, snapshot and log stay in proportion, and no epoch writes
 * more than a little above twice its own changes.
 */
export class RollingSnapshot {
  readonly #parts: readonly NumberedPart[];
  readonly #blocks: readonly Block[];
  readonly #least: number;
  #snapshot: number;
  #log: number;
  #round: Round | undefined;
  /** Bytes that may be written. */
  #credit = 0;

  /** @param sizes bytes of the snapshot and the log as they are, @param least bytes of log before a round begins */
  constructor(parts: readonly NumberedPart[], sizes: Pick<CheckpointSizes, 'chunks' | 'log'>, least: number) {
    this.#parts = parts;
    this.#blocks = parts.map(({ part }) => new Block(part.columns));
    this.#snapshot = sizes.chunks;
    this.#log = sizes.log;
    this.#least = least;
  }

  /**
   * The chunks to write with an epoch, from the state as the epoch left it, before it is sealed.
   * @param bytes of the epoch's record
   * @returns `from`, where a round ended: the epoch before which changes are not needed any more
   */
  next(epoch: number, bytes: number): { readonly chunks: readonly Chunk[]; readonly from?: number } {
    this.#log += bytes;
    if (this.#parts.length === 0) return epoch % EMPTY === 0 ? { chunks: [], from: epoch } : { chunks: [] };
    if (this.#round === undefined) {
      if (this.#log < Math.max(this.#least, this.#snapshot)) return { chunks: [] };
      this.#round = { from: epoch, part: 0, chunk: 0, log: 0 };
      this.#snapshot = 0;
      this.#credit = 0;
    }
    const round = this.#round;
    round.log += bytes;
    this.#credit += PACE * bytes;
    const chunks: Chunk[] = [];
    while (this.#credit > 0) {
      const numbered = this.#parts[round.part];
      if (numbered === undefined) {
        this.#round = undefined;
        this.#log = round.log;
        return { chunks, from: round.from };
      }
      if (round.chunk * PLACES >= numbered.part.end) {
        round.part++;
        round.chunk = 0;
        continue;
      }
      const chunk = chunkOf(numbered, round.chunk, this.#blocks[round.part] as Block);
      chunks.push(chunk);
      const size = chunk.data?.length ?? 0;
      this.#snapshot += size;
      this.#credit -= size + 64;
      round.chunk++;
    }
    return { chunks };
  }
}
