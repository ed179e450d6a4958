import type { TableChanges } from '../../connectors/database.ts';
import type { SourcePosition } from '../../connectors/source.ts';
import type { IntoNode, Relation } from '../../plan/node.ts';
import { Block, decodeBlock, encodeBlock } from '../../state/checkpoint/block.ts';
import type {
  CheckpointLog,
  CheckpointSizes,
  EpochRecord,
  KeptPart,
} from '../../state/checkpoint/checkpoint-log.ts';
import { pack } from '../../state/checkpoint/pack.ts';
import {
  type NumberedPart,
  RollingSnapshot,
  wholeSnapshot,
} from '../../state/checkpoint/rolling-snapshot.ts';
import type { StatePart } from '../../state/checkpoint/state-part.ts';
import type { Computed, OperatorState } from '../compile.ts';
import type { CountsOfState } from '../counts.ts';
import type { QuarantinedRow } from '../quarantine.ts';
import { picked } from './held-parts.ts';
import { OutboxWriter, sinkParts } from './outbox.ts';
import type { RunHead } from './run-head.ts';
import { type OperatorPart, stateParts } from './state-parts.ts';

const NOTHING = Buffer.alloc(0);

/** A state that is put in the place of another. */
export interface ReplacedState {
  readonly epoch: number;
  readonly head: RunHead;
  /** What is written into each output's table. */
  readonly content: readonly TableChanges[];
  readonly rejected: readonly QuarantinedRow[];
  /** Rejected rows of before go. */
  readonly anew: boolean;
}

/** Turns epochs into records of the checkpoint log. */
export class Checkpointer {
  readonly #numbered: readonly NumberedPart[];
  readonly #blocks: readonly Block[];
  readonly #outbox: OutboxWriter;
  readonly #positions: Record<string, SourcePosition>;
  readonly #snapshot: RollingSnapshot;

  private constructor(
    log: CheckpointLog,
    numbered: readonly NumberedPart[],
    kept: readonly KeptPart[],
    positions: RunHead['positions'],
    sizes: CheckpointSizes,
  ) {
    this.#numbered = numbered;
    this.#blocks = numbered.map(({ part }) => new Block(part.columns));
    this.#outbox = new OutboxWriter(kept);
    this.#positions = { ...positions };
    this.#snapshot = new RollingSnapshot(numbered, sizes, log.snapshotAfter);
  }

  /** Keeps the states of a pipeline and the effects on tables from now on; parts of others, and what is kept of them, go. */
  static async open(
    log: CheckpointLog,
    states: readonly OperatorState[],
    outputs: readonly IntoNode[],
    head: RunHead | undefined,
  ): Promise<Checkpointer> {
    const own = stateParts(states);
    const kept = await log.keep([...own.map((part) => part.kept), ...sinkParts(outputs)]);
    return new Checkpointer(log, numberedParts(own, kept), kept, head?.positions ?? {}, await log.sizes());
  }

  /** Puts the states of a pipeline, as they stand, in the place of what is kept, with an epoch of their own. */
  static async replace(
    log: CheckpointLog,
    states: readonly OperatorState[],
    outputs: readonly IntoNode[],
    { epoch, head, content, rejected, anew }: ReplacedState,
  ): Promise<Checkpointer> {
    const own = stateParts(states);
    const parts = [...own.map((part) => part.kept), ...sinkParts(outputs)];
    const write = (kept: readonly KeptPart[]): EpochRecord => ({
      epoch,
      head: JSON.stringify(head),
      outbox: new OutboxWriter(kept).encode(content),
      state: NOTHING,
      quarantined: rejected,
      chunks: wholeSnapshot(numberedParts(own, kept)),
    });
    const kept = await log.replace(parts, write, anew);
    return new Checkpointer(log, numberedParts(own, kept), kept, head.positions, await log.sizes());
  }

  /** The record of an epoch that is computed and not sealed yet. */
  record(
    { epoch, effects }: Computed,
    counts: CountsOfState,
    rejected: readonly QuarantinedRow[],
  ): EpochRecord {
    // Of each source the last batch tells; a position costs a checksum.
    for (const [source, batch] of new Map(epoch.parts.map((part) => [part.source, part.batch]))) {
      const position = batch.position();
      if (position !== null) this.#positions[source] = position;
    }
    const run: RunHead = { clock: epoch.clock, seq: epoch.endSeq, positions: this.#positions, counts };
    const blocks: { readonly part: number; readonly block: Buffer }[] = [];
    for (let i = 0; i < this.#numbered.length; i++) {
      const { id, part } = this.#numbered[i] as NumberedPart;
      const block = (this.#blocks[i] as Block).clear();
      part.changed(block);
      if (block.n > 0) blocks.push({ part: id, block: encodeBlock(block) });
    }
    const state = blocks.length === 0 ? NOTHING : pack(blocks);
    const head = JSON.stringify(run);
    const outbox = this.#outbox.encode(effects.map(({ changes }) => changes));
    const { chunks, from } = this.#snapshot.next(epoch.number, head.length + outbox.length + state.length);
    return {
      epoch: epoch.number,
      head,
      outbox,
      state,
      quarantined: rejected,
      chunks,
      snapshotFrom: from,
    };
  }
}

const numberedParts = (own: readonly OperatorPart[], kept: readonly KeptPart[]): readonly NumberedPart[] =>
  own.map(({ part }, i) => ({ id: (kept[i] as KeptPart).id, part }));

/**
 * Takes in what a log keeps of the states of a pipeline that was just made.
 * @param held of each operator that the log holds, its parts there, in order of its own
 * @param progress told how much of it is done, from 0 to 1
 */
export async function restoreStates(
  log: CheckpointLog,
  states: readonly OperatorState[],
  held: ReadonlyMap<Relation, readonly KeptPart[]>,
  progress: (done: number) => void,
): Promise<void> {
  const takers = new Map(
    states.flatMap(({ node, parts }) =>
      (held.get(node) ?? []).map((from, i): [number, { from: KeptPart; part: StatePart; into: Block }] => [
        from.id,
        { from, part: parts[i] as StatePart, into: new Block(from.columns) },
      ]),
    ),
  );
  await log.restore((id, bytes) => {
    const taker = takers.get(id);
    if (taker === undefined) return;
    const { from, part, into } = taker;
    part.restore(picked(decodeBlock(bytes, from.columns, { into }), part.columns));
  }, progress);
  for (const { part } of takers.values()) part.restored();
}
