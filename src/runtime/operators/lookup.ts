import { upsertKeyOf } from '../../plan/derive/upsert-key.ts';
import type { LookupNode } from '../../plan/node.ts';
import { KeyedState } from '../../state/keyed-state.ts';
import { sameRow } from '../../values/compare.ts';
import { joinRows } from '../../values/join-rows.ts';
import { encodeKey, type KeyValue } from '../../values/key.ts';
import { valueKey } from '../../values/keys/key-form.ts';
import type { Row } from '../../values/sql-type.ts';
import { AppendBuffer } from '../append-buffer.ts';
import type { AppendBatch, Batch, ChangeBatch } from '../batch.ts';
import { blameOf } from '../blame.ts';
import { ChangeBuffer } from '../change-buffer.ts';
import type { Compiling } from '../compiling.ts';
import { dimensionCode, dimensionKey } from '../dimension-key.ts';
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
  readonly #keyOf: (near: Row) => Row | null;
  readonly #code: (near: Row) => KeyValue;
  readonly #both: (near: Row, far: Row) => Row;
  /** In place of a row that is not there. */
  readonly #none: Row;
  readonly #joined: JoinedRows | null;
  readonly #rows = new AppendBuffer();
  readonly #out = new ChangeBuffer();

  constructor(node: LookupNode, compiling: Compiling) {
    this.node = node;
    this.#compiling = compiling;
    const { primaryKey, columns } = node.table;
    const inputs = compiling.columnsOf(node.input);
    this.#keyOf = dimensionKey(node, inputs);
    this.#code = dimensionCode(node, inputs);
    const far = columns.map((column) => column.name).filter((name) => !primaryKey.includes(name));
    this.#both = joinRows(
      inputs.map((column) => column.name),
      far,
    );
    this.#none = Object.fromEntries(far.map((name) => [name, null]));
    this.#joined = compiling.retracts(node.input) ? new JoinedRows(node, compiling) : null;
    this.state = this.#joined;
  }

  async apply(input: Batch, epoch: Epoch): Promise<Batch> {
    const rows = input.kind === 'append' ? input.rows : input.after;
    const answers = await this.#ask(rows, input.n, epoch);
    return input.kind === 'append' ? this.#appended(input, epoch, answers) : this.#changed(input, answers);
  }

  /** What the database holds for the rows' keys. Asked once, also when the epoch is computed again. */
  async #ask(
    rows: readonly (Row | undefined)[],
    n: number,
    epoch: Epoch,
  ): Promise<ReadonlyMap<KeyValue, Row | null>> {
    let answers = epoch.answers.get(this.node);
    if (answers === undefined) {
      answers = new Map();
      epoch.answers.set(this.node, answers);
    }
    const wanted = new Map<KeyValue, Row>();
    for (let i = 0; i < n; i++) {
      const row = rows[i];
      if (row === undefined) continue;
      const code = this.#code(row);
      if (answers.has(code) || wanted.has(code)) continue;
      const key = this.#keyOf(row);
      if (key === null) answers.set(code, null);
      else wanted.set(code, key);
    }
    if (wanted.size > 0) {
      const { table } = this.node;
      const { databaseOf, signal } = this.#compiling;
      const found = await databaseOf(table).lookup(table, [...wanted.values()], signal);
      let i = 0;
      for (const code of wanted.keys()) answers.set(code, found[i++] ?? null);
    }
    return answers;
  }

  #join(near: Row, far: Row | null): Row | undefined {
    if (far !== null) return this.#both(near, far);
    return this.node.miss === 'drop' ? undefined : this.#both(near, this.#none);
  }

  #appended(input: AppendBatch, epoch: Epoch, answers: ReadonlyMap<KeyValue, Row | null>): AppendBatch {
    const out = this.#rows.clear();
    const writeBack = this.#compiling.writeBackOf(this.node);
    const written = new Map<KeyValue, { readonly row: Row; readonly seq: number }>();
    const blame = blameOf(this.node, this.node.input);
    for (let i = 0; i < input.n; i++) {
      const near = input.rows[i] as Row;
      const seq = input.seqs[i] as number;
      const code = this.#code(near);
      const before = written.get(code);
      if (before !== undefined) epoch.wroteFor.set(seq, before.seq);
      const row = this.#join(near, before?.row ?? answers.get(code) ?? null);
      if (row === undefined) continue;
      out.add(row, seq);
      if (writeBack === undefined) continue;
      try {
        const next = writeBack(row);
        if (next !== undefined) written.set(code, { row: next, seq });
      } catch (error) {
        blame(epoch, seq, error);
      }
    }
    return out;
  }

  #changed(input: ChangeBatch, answers: ReadonlyMap<KeyValue, Row | null>): ChangeBatch {
    const joined = this.#joined as JoinedRows;
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
      const row = near && this.#join(near, answers.get(this.#code(near)) ?? null);
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
  readonly same: (a: Row, b: Row) => boolean;
  readonly #rows = new KeyedState<KeyValue, Row>(valueKey());
  readonly #key: (near: Row, seq: number) => KeyValue;

  constructor(node: LookupNode, compiling: Compiling) {
    const key = upsertKeyOf(node.input);
    this.#key = typeof key === 'string' ? (_, seq) => seq : encodeKey(key);
    this.same = sameRow(compiling.columnsOf(node).map((column) => column.name));
  }

  give(near: Row, seq: number, joined: Row): void {
    this.#rows.set(this.#rows.slot(this.#key(near, seq)), joined, seq);
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
