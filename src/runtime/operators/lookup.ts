import { upsertKeyOf } from '../../plan/derive/upsert-key.ts';
import type { LookupNode } from '../../plan/node.ts';
import { KeyedState } from '../../state/keyed-state.ts';
import { sameRow } from '../../values/compare.ts';
import { encodeKey, type KeyValue } from '../../values/key.ts';
import type { Row, Value } from '../../values/sql-type.ts';
import type { AppendBatch, Batch, ChangeBatch } from '../batch.ts';
import { blameOf } from '../blame.ts';
import { changes } from '../changes.ts';
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
  readonly #near: readonly string[];
  readonly #far: readonly string[];
  readonly #joined: JoinedRows | null;

  constructor(node: LookupNode, compiling: Compiling) {
    this.node = node;
    this.#compiling = compiling;
    const { primaryKey, columns } = node.table;
    const inputs = compiling.columnsOf(node.input);
    this.#keyOf = dimensionKey(node, inputs);
    this.#code = dimensionCode(node, inputs);
    this.#near = inputs.map((column) => column.name);
    this.#far = columns.map((column) => column.name).filter((name) => !primaryKey.includes(name));
    this.#joined = compiling.retracts(node.input) ? new JoinedRows(node, compiling) : null;
    this.state = this.#joined;
  }

  async apply(input: Batch, epoch: Epoch): Promise<Batch> {
    const rows = input.kind === 'append' ? input.rows : input.after;
    const answers = await this.#ask(rows, epoch);
    return input.kind === 'append' ? this.#appended(input, epoch, answers) : this.#changed(input, answers);
  }

  /** What the database holds for the rows' keys. Asked once, also when the epoch is computed again. */
  async #ask(rows: readonly (Row | undefined)[], epoch: Epoch): Promise<ReadonlyMap<KeyValue, Row | null>> {
    let answers = epoch.answers.get(this.node);
    if (answers === undefined) {
      answers = new Map();
      epoch.answers.set(this.node, answers);
    }
    const wanted = new Map<KeyValue, Row>();
    for (const row of rows) {
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
    if (far === null && this.node.miss === 'drop') return undefined;
    const row: Record<string, Value> = {};
    for (const column of this.#near) row[column] = near[column] as Value;
    for (const column of this.#far) row[column] = far === null ? null : (far[column] as Value);
    return row;
  }

  #appended(input: AppendBatch, epoch: Epoch, answers: ReadonlyMap<KeyValue, Row | null>): AppendBatch {
    const rows: Row[] = [];
    const seqs: number[] = [];
    const writeBack = this.#compiling.writeBackOf(this.node);
    const written = new Map<KeyValue, { readonly row: Row; readonly seq: number }>();
    const blame = blameOf(this.node, this.node.input);
    for (let i = 0; i < input.rows.length; i++) {
      const near = input.rows[i] as Row;
      const seq = input.seqs[i] as number;
      const code = this.#code(near);
      const before = written.get(code);
      if (before !== undefined) epoch.wroteFor.set(seq, before.seq);
      const row = this.#join(near, before?.row ?? answers.get(code) ?? null);
      if (row === undefined) continue;
      rows.push(row);
      seqs.push(seq);
      if (writeBack === undefined) continue;
      try {
        const next = writeBack(row);
        if (next !== undefined) written.set(code, { row: next, seq });
      } catch (error) {
        blame(epoch, seq, error);
      }
    }
    return { kind: 'append', rows, seqs };
  }

  #changed(input: ChangeBatch, answers: ReadonlyMap<KeyValue, Row | null>): ChangeBatch {
    const joined = this.#joined as JoinedRows;
    const out = changes();
    input.settled.forEach((row, i) => {
      const given = joined.take(row);
      if (given !== undefined) out.settle(given, input.settledSeqs[i] as number);
    });
    const before = input.before.map((row) => (row === undefined ? undefined : joined.take(row)));
    for (let i = 0; i < input.after.length; i++) {
      const near = input.after[i];
      const row = near && this.#join(near, answers.get(this.#code(near)) ?? null);
      if (near !== undefined && row !== undefined) joined.give(near, row);
      const old = before[i];
      if (old === undefined && row === undefined) continue;
      const beforeSeq = input.beforeSeqs[i] as number;
      const afterSeq = input.afterSeqs[i] as number;
      if (old !== undefined && row !== undefined && beforeSeq === afterSeq && joined.same(old, row)) continue;
      out.add(old, row, beforeSeq, afterSeq, input.slots[i] as number);
    }
    return out.batch;
  }
}

/** The joined rows that are out, by what identifies the row that they were made from. */
class JoinedRows implements Stateful {
  readonly same: (a: Row, b: Row) => boolean;
  readonly #rows = new KeyedState<readonly Row[]>();
  readonly #key: (near: Row) => KeyValue;

  constructor(node: LookupNode, compiling: Compiling) {
    const key = upsertKeyOf(node.input);
    const all = compiling.columnsOf(node.input).map((column) => column.name);
    this.#key = encodeKey(typeof key === 'string' ? all : key);
    this.same = sameRow(compiling.columnsOf(node).map((column) => column.name));
  }

  give(near: Row, joined: Row): void {
    const slot = this.#rows.slot(this.#key(near));
    this.#rows.set(slot, [...(this.#rows.get(slot) ?? []), joined], -1);
  }

  /** The joined row given first for this row; undefined where it was dropped. */
  take(near: Row): Row | undefined {
    const slot = this.#rows.find(this.#key(near));
    const given = slot === undefined ? undefined : this.#rows.get(slot);
    if (slot === undefined || given === undefined) return undefined;
    const [first, ...rest] = given;
    this.#rows.set(slot, rest.length === 0 ? undefined : rest, -1);
    return first;
  }

  rollback(): void {
    this.#rows.rollback();
  }

  commit(epoch: Epoch): void {
    this.#rows.commit(epoch.number);
  }
}
