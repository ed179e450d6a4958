import { isPending, type MaybePromise } from '../../maybe-promise.ts';
import { upsertKeyOf } from '../../plan/derive/upsert-key.ts';
import type { LookupNode } from '../../plan/node.ts';
import type { StatePart } from '../../state/checkpoint/state-part.ts';
import { KeyedState } from '../../state/keyed-state.ts';
import { RowsPart } from '../../state/rows-part.ts';
import { sameRow } from '../../values/compare.ts';
import { joinRows } from '../../values/join-rows.ts';
import { rowKey } from '../../values/keys/key-form.ts';
import { NONE } from '../../values/keys/key-index.ts';
import type { Row } from '../../values/sql-type.ts';
import type { Answers } from '../answers.ts';
import { AppendBuffer } from '../append-buffer.ts';
import type { AppendBatch, Batch, ChangeBatch } from '../batch.ts';
import { type Blame, blameOf } from '../blame.ts';
import { ChangeBuffer } from '../change-buffer.ts';
import type { Compiling } from '../compiling.ts';
import type { Epoch } from '../epoch.ts';
import type { Operator, Stateful } from '../operator.ts';

/**
 * Joins each row with the dimension row as it is now: one query per epoch, keys de-duplicated. Where the job writes the
 * table back, a row sees the writes of the rows before it, as if each had been committed before the next was read.
 * Over input that takes rows back, the joined rows are kept: what is taken back is what was given.
 */
export class LookupOperator implements Operator {
  readonly node: LookupNode;
  readonly state: Stateful | null;
  readonly #compiling: Compiling;
  readonly #answers: Answers;
  readonly #blame: Blame;
  readonly #both: (near: Row, far: Row) => Row;
  /** In place of a row that is not there. */
  readonly #none: Row;
  /** Null: rows are never taken back. */
  readonly #given: JoinedRows | null;
  /** By row of the batch: the number of its key in the answers. */
  readonly #places: number[] = [];
  /** By such a number: what the epoch's rows so far wrote there, and the arrival of the row that did. */
  readonly #written: (Row | undefined)[] = [];
  readonly #writers: number[] = [];
  readonly #rows = new AppendBuffer();
  readonly #out = new ChangeBuffer();

  constructor(node: LookupNode, compiling: Compiling) {
    this.node = node;
    this.#compiling = compiling;
    const { primaryKey, columns } = node.table;
    const inputs = compiling.columnsOf(node.input);
    this.#answers = compiling.answersOf(node);
    this.#blame = blameOf(node, node.input);
    const far = columns.map((column) => column.name).filter((name) => !primaryKey.includes(name));
    this.#both = joinRows(
      inputs.map((column) => column.name),
      far,
    );
    this.#none = Object.fromEntries(far.map((name) => [name, null]));
    this.#given = compiling.retracts(node.input) ? new JoinedRows(node, compiling) : null;
    this.state = this.#given;
  }

  /** The rows of the operator below as they were joined: the table is not asked again. */
  recall(input: Batch): Batch {
    const out = new ChangeBuffer();
    if (input.kind === 'append') return this.#rows.clear();
    for (let i = 0; i < input.n; i++) {
      const seq = input.afterSeqs[i] as number;
      const row = this.#given?.peek(input.after[i] as Row, seq);
      if (row !== undefined) out.add(undefined, row, -1, seq, input.slots[i] as number);
    }
    return out;
  }

  apply(input: Batch, epoch: Epoch): MaybePromise<Batch> {
    const asked = this.#ask(input.kind === 'append' ? input.rows : input.after, input.n, epoch);
    return isPending(asked) ? asked.then(() => this.#joined(input, epoch)) : this.#joined(input, epoch);
  }

  /** Asks the database for the rows' keys, where it was not asked already. */
  #ask(rows: readonly (Row | undefined)[], n: number, epoch: Epoch): MaybePromise<void> {
    const answers = this.#answers;
    answers.open(epoch);
    for (let i = 0; i < n; i++) {
      const row = rows[i];
      this.#places[i] = row === undefined ? NONE : answers.place(row);
    }
    if (answers.wanted.length === 0) return;
    const { table } = this.node;
    const { databaseOf, signal } = this.#compiling;
    const found = databaseOf(table).lookup(table, answers.wanted, signal);
    if (isPending(found)) return found.then((later) => answers.take(later));
    answers.take(found);
  }

  #joined(input: Batch, epoch: Epoch): Batch {
    return input.kind === 'append' ? this.#appended(input, epoch) : this.#changed(input);
  }

  #join(near: Row, far: Row | null): Row | undefined {
    if (far !== null) return this.#both(near, far);
    return this.node.miss === 'drop' ? undefined : this.#both(near, this.#none);
  }

  #appended(input: AppendBatch, epoch: Epoch): AppendBatch {
    const out = this.#rows.clear();
    const { writeBackOf } = this.#compiling;
    const writeBack = writeBackOf(this.node);
    for (let i = 0; i < input.n; i++) {
      const place = this.#places[i] as number;
      if (place !== NONE) this.#written[place] = undefined;
    }
    for (let i = 0; i < input.n; i++) {
      const near = input.rows[i] as Row;
      const seq = input.seqs[i] as number;
      const place = this.#places[i] as number;
      const before = place === NONE ? undefined : this.#written[place];
      if (before !== undefined) epoch.wroteFor.set(seq, this.#writers[place] as number);
      const row = this.#join(near, before ?? this.#answers.at(place));
      if (row === undefined) continue;
      out.add(row, seq);
      if (writeBack === undefined || place === NONE) continue;
      try {
        const next = writeBack(row);
        if (next === undefined) continue;
        this.#written[place] = next;
        this.#writers[place] = seq;
      } catch (error) {
        this.#blame(epoch, seq, error);
      }
    }
    return out;
  }

  #changed(input: ChangeBatch): ChangeBatch {
    const joined = this.#given as JoinedRows;
    const out = this.#out.clear();
    input.settled.forEach((row, i) => {
      const given = joined.take(row, input.settledSeqs[i] as number);
      if (given !== undefined) out.settle(given, input.settledSeqs[i] as number);
    });
    // All rows are taken before any is given: two keys may have exchanged their rows.
    const before = Array.from({ length: input.n }, (_, i) => {
      const row = input.before[i];
      return row === undefined ? undefined : joined.take(row, input.beforeSeqs[i] as number);
    });
    for (let i = 0; i < input.n; i++) {
      const near = input.after[i];
      const row = near && this.#join(near, this.#answers.at(this.#places[i] as number));
      if (near !== undefined && row !== undefined) joined.give(near, input.afterSeqs[i] as number, row);
      const old = before[i];
      if (old === undefined && row === undefined) continue;
      const beforeSeq = input.beforeSeqs[i] as number;
      const afterSeq = input.afterSeqs[i] as number;
      if (old !== undefined && row !== undefined && beforeSeq === afterSeq && joined.same(old, row)) continue;
      out.add(old, row, beforeSeq, afterSeq, input.slots[i] as number);
    }
    return out;
  }
}

/** The joined rows that are out, by what identifies the row that each was made from: its upsert key, else its arrival. */
class JoinedRows implements Stateful {
  /** What is settled below is not joined again. */
  readonly expired = 0;
  readonly same: (a: Row, b: Row) => boolean;
  readonly #rows: KeyedState<Row, Row>;
  readonly #key: (near: Row, seq: number) => Row;
  readonly parts: readonly StatePart[];

  constructor(node: LookupNode, compiling: Compiling) {
    const key = upsertKeyOf(node.input);
    const keyed = typeof key !== 'string';
    this.#rows = new KeyedState(rowKey(keyed ? key : ['seq']));
    this.#key = keyed ? (near) => near : (_, seq) => ({ seq });
    const columns = compiling.columnsOf(node);
    this.same = sameRow(columns.map((column) => column.name));
    // A joined row has the near row's columns, so its key too.
    this.parts = [new RowsPart(this.#rows, { columns, keyOf: this.#key })];
  }

  give(near: Row, seq: number, joined: Row): void {
    this.#rows.set(this.#rows.slot(this.#key(near, seq)), joined, seq);
  }

  /** The joined row of this row; undefined where it was dropped. */
  peek(near: Row, seq: number): Row | undefined {
    const slot = this.#rows.find(this.#key(near, seq));
    return slot === undefined ? undefined : this.#rows.get(slot);
  }

  /** The joined row of this row, which is out no more; undefined where it was dropped. */
  take(near: Row, seq: number): Row | undefined {
    const slot = this.#rows.find(this.#key(near, seq));
    if (slot === undefined) return undefined;
    const joined = this.#rows.get(slot);
    this.#rows.set(slot, undefined, -1);
    return joined;
  }

  rollback(): void {
    this.#rows.rollback();
  }

  commit(epoch: Epoch): void {
    this.#rows.commit(epoch.number);
  }
}
