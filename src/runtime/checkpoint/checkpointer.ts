import type { SourcePosition } from '../../connectors/source.ts';
import { refused } from '../../errors.ts';
import type { IntoNode } from '../../plan/node.ts';
import { Block, decodeBlock, encodeBlock } from '../../state/checkpoint/block.ts';
import type {
  CheckpointLog,
  CheckpointSizes,
  EpochRecord,
  KeptPart,
} from '../../state/checkpoint/checkpoint-log.ts';
import { pack } from '../../state/checkpoint/pack.ts';
import { type NumberedPart, RollingSnapshot } from '../../state/checkpoint/rolling-snapshot.ts';
import type { StatePart } from '../../state/checkpoint/state-part.ts';
import type { Computed, OperatorState } from '../compile.ts';
import type { CountsOfState } from '../counts.ts';
import type { QuarantinedRow } from '../quarantine.ts';
import { OutboxWriter, sinkParts } from './outbox.ts';
import type { RunHead } from './run-head.ts';
import { stateParts } from './state-parts.ts';

const NOTHING = Buffer.alloc(0);

/** Turns epochs into records of the checkpoint log, and the log into state. */
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
    head: RunHead | undefined,
    sizes: CheckpointSizes,
  ) {
    this.#numbered = numbered;
    this.#blocks = numbered.map(({ part }) => new Block(part.columns));
    this.#outbox = new OutboxWriter(kept);
    this.#positions = { ...head?.positions };
    this.#snapshot = new RollingSnapshot(numbered, sizes, log.snapshotAfter);
  }

  /**
   * Takes in what the log keeps of the states of a pipeline that was just made, and keeps them from now on.
   * @param progress told how much of it is done, from 0 to 1
   */
  static async open(
    log: CheckpointLog,
    states: readonly OperatorState[],
    outputs: readonly IntoNode[],
    head: RunHead | undefined,
    progress: (done: number) => void,
  ): Promise<Checkpointer> {
    const own = stateParts(states);
    const parts = [...own.map(({ kept: part }) => part), ...sinkParts(outputs)];
    if (log.last !== undefined) refuseChanged(log, parts);
    const kept = await log.keep(parts);
    const numbered = own.map(({ part }, i) => ({ id: (kept[i] as KeptPart).id, part }));
    const byId = new Map(numbered.map(({ id, part }): [number, StatePart] => [id, part]));
    await log.restore((id, bytes) => {
      const part = byId.get(id);
      if (part !== undefined) part.restore(decodeBlock(bytes, part.columns));
    }, progress);
    for (const { part } of numbered) part.restored();
    return new Checkpointer(log, numbered, kept, head, await log.sizes());
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

const nameOf = ({ kind, owner, name, columns }: Omit<KeptPart, 'id'>): string =>
  JSON.stringify([kind, owner, name, columns]);

/**
 * Exit 3 where a state is not that of the plan: an operator would begin empty over rows that are read already, a table would keep rows of another
 * meaning, or what is kept would be dropped.
 */
function refuseChanged(log: CheckpointLog, parts: readonly Omit<KeptPart, 'id'>[]): void {
  const differing = (these: readonly Omit<KeptPart, 'id'>[], those: readonly Omit<KeptPart, 'id'>[]) => {
    const names = new Set(those.map(nameOf));
    return [
      ...new Set(these.filter((part) => !names.has(nameOf(part))).map(({ description }) => description)),
    ];
  };
  const missing = differing(parts, log.parts);
  const extra = differing(log.parts, parts);
  if (missing.length + extra.length === 0) return;
  const words = [
    ...(missing.length === 0 ? [] : [`it does not hold what the job keeps now: ${missing.join(', ')}`]),
    ...(extra.length === 0 ? [] : [`it holds what the job kept before: ${extra.join(', ')}`]),
  ];
  throw refused(
    `state directory ${log.directory} is that of another plan of '${log.job}': ${words.join('; ')}. Run the job as it was, or start from empty state with the sources from their beginning: --fresh --clear`,
  );
}
