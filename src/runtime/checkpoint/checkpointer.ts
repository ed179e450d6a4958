import type { SourcePosition } from '../../connectors/source.ts';
import { refused } from '../../errors.ts';
import type { TableSchema } from '../../plan/schema.ts';
import { Block, decodeBlock, encodeBlock } from '../../state/checkpoint/block.ts';
import {
  type CheckpointLog,
  type EpochRecord,
  type KeptPart,
  pack,
} from '../../state/checkpoint/checkpoint-log.ts';
import { type NumberedPart, RollingSnapshot } from '../../state/checkpoint/rolling-snapshot.ts';
import type { StatePart } from '../../state/checkpoint/state-part.ts';
import type { Computed, OperatorState } from '../compile.ts';
import type { CountsOfState } from '../counts.ts';
import type { QuarantinedRow } from '../quarantine.ts';
import { OutboxWriter, sinkParts } from './outbox.ts';
import type { RunHead } from './run-head.ts';
import { type OperatorPart, stateParts } from './state-parts.ts';

const NOTHING = Buffer.alloc(0);

/** Turns epochs into records of the checkpoint log, and the log into state. */
export class Checkpointer {
  readonly log: CheckpointLog;
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
    sizes: { readonly chunks: number; readonly states: number },
  ) {
    this.log = log;
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
    tables: readonly TableSchema[],
    head: RunHead | undefined,
    progress: (done: number) => void,
  ): Promise<Checkpointer> {
    const own = stateParts(states);
    if (log.last !== undefined) refuseChanged(log, own);
    const kept = await log.keep([...own.map(({ kept: part }) => part), ...sinkParts(tables)]);
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
    for (const { source, batch } of epoch.parts) {
      const position = batch.position();
      if (position !== null) this.#positions[source] = position;
    }
    const head: RunHead = { clock: epoch.clock, seq: epoch.endSeq, positions: this.#positions, counts };
    const blocks: { readonly part: number; readonly block: Buffer }[] = [];
    for (let i = 0; i < this.#numbered.length; i++) {
      const { id, part } = this.#numbered[i] as NumberedPart;
      const block = (this.#blocks[i] as Block).clear();
      part.changed(block);
      if (block.n > 0) blocks.push({ part: id, block: encodeBlock(block) });
    }
    const state = blocks.length === 0 ? NOTHING : pack(blocks);
    const { chunks, from } = this.#snapshot.next(epoch.number, state.length);
    return {
      epoch: epoch.number,
      head: JSON.stringify(head),
      outbox: this.#outbox.encode(effects.map(({ changes }) => changes)),
      state,
      quarantined: rejected,
      chunks,
      snapshotFrom: from,
    };
  }
}

/** Exit 3 where an operator of the plan keeps what the state has not: it would begin empty over rows that are read already. */
function refuseChanged(log: CheckpointLog, parts: readonly OperatorPart[]): void {
  const known = new Set(log.parts.map(({ owner, name, columns }) => JSON.stringify([owner, name, columns])));
  const missing = parts.filter(
    ({ kept: { owner, name, columns } }) => !known.has(JSON.stringify([owner, name, columns])),
  );
  if (missing.length === 0) return;
  const operators = [...new Set(missing.map(({ kept }) => kept.description))].join(', ');
  throw refused(
    `state directory ${log.directory} belongs to another plan of '${log.job}': it does not hold the state of ${operators}. Run the job as it was, or start from empty state: --fresh --clear, with the sources from their beginning`,
  );
}
