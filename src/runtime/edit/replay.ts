import type { TableChanges } from '../../connectors/database.ts';
import type { Source, SourceBatch, SourcePosition } from '../../connectors/source.ts';
import { refused } from '../../errors.ts';
import type { TableSchema } from '../../plan/schema.ts';
import { Assembler } from '../assembler.ts';
import { FoldedChanges } from '../checkpoint/folded-changes.ts';
import type { OperatorState } from '../compile.ts';
import type { Counts } from '../counts.ts';
import type { EpochComputer } from '../epoch-computer.ts';
import type { OpenEpochs } from '../open-epochs.ts';
import type { QuarantinedRow } from '../quarantine.ts';
import { rejectedRows } from '../rejected.ts';
import { limitedSource } from './limited-source.ts';

/** What a replay works with. */
export interface ReplayParts {
  /** Opened at their beginning. */
  readonly sources: readonly Source[];
  /** Rows that were read of each, by name. */
  readonly read: Readonly<Record<string, number>>;
  readonly tables: readonly TableSchema[];
  readonly epochs: OpenEpochs;
  readonly computer: EpochComputer;
  readonly states: readonly OperatorState[];
  /** Counts from nothing: the replayed rows are added. */
  readonly counts: Counts;
  /** Rows that are computed at once. */
  readonly epochRows: number;
  /** The number of the epoch that all of it becomes. */
  readonly epoch: number;
  /** Told how much of it is done, from 0 to 1. */
  readonly progress: (done: number) => void;
  readonly signal: AbortSignal;
}

/** What a replay comes to. */
export interface Replayed {
  /** All rows of each table. */
  readonly content: readonly TableChanges[];
  readonly rejected: readonly QuarantinedRow[];
  readonly positions: Readonly<Record<string, SourcePosition>>;
  /** The sequence number of the next row. */
  readonly seq: number;
}

/**
 * Applies the rows that were read so far once more, from the beginning of the sources, to operators that are empty.
 * @throws MillraceError exit 3 where a source cannot be read again, or gives fewer rows than were read of it
 */
export async function replay(parts: ReplayParts): Promise<Replayed> {
  const { sources, read, tables, epochs, computer, states, counts, epochRows, progress, signal } = parts;
  for (const { name, label, replayable } of sources)
    if (!replayable)
      throw refused(
        `source '${name}' (${label}) cannot be read again from its beginning, which this edit of the job needs. Run the job as it was, or start from empty state with --fresh`,
      );
  const assembler = new Assembler(
    sources.map((source) => limitedSource(source, read[source.name] ?? 0)),
    { rows: epochRows, ms: 0, limit: Number.POSITIVE_INFINITY },
  );
  const all = Object.values(read).reduce((sum, n) => sum + n, 0);
  const content = tables.map((table) => new FoldedChanges(table));
  const rejected: QuarantinedRow[] = [];
  const last = new Map<string, SourceBatch>();
  const given = new Map<string, number>();
  let seq = 0;
  for (;;) {
    if (signal.aborted) throw refused('stopped while the sources were read again: nothing is changed');
    const gathered = await assembler.next();
    if (gathered === null) break;
    const epoch = epochs.open(gathered, parts.epoch);
    const { effects } = await computer.compute(epoch);
    counts.add(epoch, effects);
    for (const [i, { changes }] of effects.entries()) content[i]?.add(changes);
    rejected.push(...rejectedRows(epoch));
    for (const state of states) state.commit(epoch);
    for (const { source, batch } of gathered.parts) {
      last.set(source, batch);
      given.set(source, (given.get(source) ?? 0) + batch.n);
    }
    seq = gathered.endSeq;
    progress(seq / all);
    await new Promise((resolve) => setImmediate(resolve));
  }
  for (const { name } of sources) {
    const [wanted, got] = [read[name] ?? 0, given.get(name) ?? 0];
    if (got < wanted)
      throw refused(
        `source '${name}' gives ${got} rows from its beginning, but ${wanted} were read of it: name all that was read, in the same order. Nothing is changed`,
      );
  }
  return {
    content: content.map(({ changes }) => ({ ...changes, deletes: [] })),
    rejected,
    positions: Object.fromEntries(
      [...last].flatMap(([source, batch]) => {
        const position = batch.position();
        return position === null ? [] : [[source, position]];
      }),
    ),
    seq,
  };
}
