import { failed, RowError } from '../../errors.ts';
import { expressionType } from '../../plan/derive/expression-type.ts';
import { keptStateOf } from '../../plan/derive/kept-state.ts';
import type { Aggregate } from '../../plan/expression.ts';
import type { AggregateNode } from '../../plan/node.ts';
import type { Column } from '../../plan/schema.ts';
import type { StatePart } from '../../state/checkpoint/state-part.ts';
import { Expiry } from '../../state/expiry.ts';
import { KeyedState } from '../../state/keyed-state.ts';
import { sameRow } from '../../values/compare.ts';
import { rowKey } from '../../values/keys/key-form.ts';
import type { Row, Value } from '../../values/sql-type.ts';
import type { Accumulator } from '../aggregates/accumulator.ts';
import { Count } from '../aggregates/count.ts';
import { makeAccumulator } from '../aggregates/make-accumulator.ts';
import type { Batch } from '../batch.ts';
import { type Blame, blameOf } from '../blame.ts';
import { ChangeBuffer } from '../change-buffer.ts';
import type { Compiling } from '../compiling.ts';
import type { Epoch } from '../epoch.ts';
import { compileExpression, compileTest } from '../expressions/compile.ts';
import { netEffect } from '../net-effect.ts';
import type { Operator, Stateful } from '../operator.ts';
import { recallRows } from '../recall-rows.ts';
import { sameValues } from '../same-values.ts';
import { GroupsPart } from './groups-part.ts';
import { settleDue } from './winner/settle-due.ts';

/** One aggregate call: what of a row goes into it, and what it holds. */
interface Call {
  readonly name: string;
  readonly accumulator: Accumulator;
  /** Null: all rows. */
  readonly where: ((row: Row) => boolean) | null;
  readonly value: (row: Row) => Value;
}

/** The arrival of a group: the greatest among its surviving rows. Kept only where an operator above orders by it. */
const ARRIVAL: Aggregate = { name: 'max', arg: null, where: null };

/**
 * `groupBy(…).agg(…)`: one row per group. The first row of a group makes `+I`, a changed result `-U/+U`, the last row
 * gone `-D`; an equal result makes nothing. Without keys there is one group, absent while the input is empty.
 */
export class AggregateOperator implements Operator, Stateful {
  readonly node: AggregateNode;
  readonly state = this;
  /** The result row of each group. */
  readonly rows: KeyedState<Row, Row>;
  readonly #retracts: boolean;
  readonly #calls: readonly Call[];
  readonly #arrival: Accumulator | null;
  /** Rows of each group, and those among them that may still be taken back. */
  readonly #members = new Count(false);
  readonly #live = new Count(false);
  /** By slot: the values of the group's keys; undefined where there is no group. */
  readonly #keyValues: (readonly Value[] | undefined)[] = [];
  /** By slot of the row's producer: the group that its row went into last, to find it without hashing. */
  readonly #hints: number[] = [];
  readonly #expired: [slot: number, keys: readonly Value[]][] = [];
  readonly #same: (a: Row, b: Row) => boolean;
  readonly #sameGroup: (a: Row, b: Row) => boolean;
  readonly #intake: ReturnType<Compiling['intakeOf']>;
  readonly #blame: Blame;
  readonly #expiry: Expiry | null;
  readonly parts: readonly StatePart[];
  /** The accumulators, those that count the group's rows included. */
  readonly #all: readonly Accumulator[];
  #touches = 0;
  readonly #touched: number[] = [];
  readonly #out = new ChangeBuffer();
  #places = new Int32Array(64);

  constructor(node: AggregateNode, compiling: Compiling) {
    this.node = node;
    const columns = compiling.columnsOf(node.input);
    const results = compiling.columnsOf(node);
    const retracts = compiling.retracts(node.input);
    this.rows = new KeyedState(rowKey(node.keys));
    this.#retracts = retracts;
    this.#calls = node.calls.map(([name, call], i): Call => {
      const type = results[node.keys.length + i]?.type ?? 'DOUBLE';
      const of = call.arg === null ? null : expressionType(call.arg, columns).type;
      return {
        name,
        accumulator: makeAccumulator(call.name, { of, type, retracts }),
        where: call.where === null ? null : compileTest(call.where, columns, compiling.environment),
        value: call.arg === null ? () => null : compileExpression(call.arg, columns, compiling.environment),
      };
    });
    this.#arrival = compiling.arrivalCounts(node)
      ? makeAccumulator(ARRIVAL.name, { of: 'BIGINT', type: 'BIGINT', retracts })
      : null;
    this.#same = sameValues(results, node.keys);
    this.#sameGroup = sameRow(node.keys);
    this.#intake = compiling.intakeOf(node);
    this.#blame = blameOf(node, node.input);
    this.#expiry = node.ttl === null ? null : new Expiry(node.ttl);
    this.#all = [
      ...this.#calls.map(({ accumulator }) => accumulator),
      this.#members,
      this.#live,
      ...(this.#arrival === null ? [] : [this.#arrival]),
    ];
    this.parts = keptStateOf(node) === 'own' ? this.#kept(results.slice(0, node.keys.length)) : [];
  }

  /** What a row of a group is made of comes before the row. */
  #kept(keys: readonly Column[]): readonly StatePart[] {
    const ofValues = this.#all.flatMap(({ part }, i) =>
      part === undefined
        ? []
        : [
            {
              ...part,
              name: `${part.name} ${i}`,
              get end() {
                return part.end;
              },
            },
          ],
    );
    const groups = new GroupsPart({
      rows: this.rows,
      keys,
      accumulators: this.#all,
      expiry: this.#expiry,
      touched: () => this.#touched.slice(0, this.#touches),
      keyValues: (slot) => this.#keyValues[slot],
      open: (slot, values) => {
        this.#keyValues[slot] = values;
        for (const accumulator of this.#all) accumulator.open(slot);
      },
      conclude: (slot) => {
        const { row, seq } = this.#result(slot);
        this.rows.restore(slot, row, seq);
      },
    });
    return [...ofValues, groups];
  }

  recall(input: Batch, epoch: Epoch): Batch {
    return this.parts.length > 0 ? recallRows(this.rows) : this.apply(input, epoch);
  }

  apply(input: Batch, epoch: Epoch): Batch {
    const out = this.#out.clear();
    if (this.#expiry !== null)
      for (const slot of settleDue(this.#expiry, this.rows, epoch.clock, out)) {
        this.#expired.push([slot, this.#keyValues[slot] as readonly Value[]]);
        for (const accumulator of this.#all) accumulator.forget?.(slot);
        this.#keyValues[slot] = undefined;
      }
    if (input.kind === 'append') {
      this.#intake(input, epoch);
      for (let i = 0; i < input.n; i++) {
        const seq = input.seqs[i] as number;
        try {
          this.#add(input.rows[i] as Row, seq, -1);
        } catch (error) {
          this.#blame(epoch, seq, error);
        }
      }
    } else {
      for (const row of input.settled) this.#settle(row);
      for (let i = 0; i < input.n; i++) {
        const before = input.before[i];
        const after = input.after[i];
        const afterSeq = input.afterSeqs[i] as number;
        const beforeSeq = input.beforeSeqs[i] as number;
        const from = input.slots[i] as number;
        try {
          if (before !== undefined && after !== undefined)
            this.#update(before, after, beforeSeq, afterSeq, from);
          else if (after !== undefined) this.#add(after, afterSeq, from);
          else if (before !== undefined) this.#retract(before, beforeSeq, from);
        } catch (error) {
          this.#blame(epoch, after === undefined ? beforeSeq : afterSeq, error);
        }
      }
    }
    // A spoilt try is taken back: its results are not asked for, and may be out of range.
    if (!epoch.spoilt) for (let i = 0; i < this.#touches; i++) this.#conclude(this.#touched[i] as number);
    return netEffect(this.rows, this.#same, this.#arrival !== null, out);
  }

  /** The group of a row, made where there is none. */
  #slotOf(row: Row, from: number): number {
    const hinted = this.#hinted(row, from);
    if (hinted !== undefined) return hinted;
    const { rows } = this;
    const known = rows.size;
    const slot = rows.slot(row);
    if (rows.size !== known) this.#open(slot, row);
    if (from >= 0) this.#hints[from] = slot;
    return slot;
  }

  /** The group of a row that is in; undefined where there is none. */
  #find(row: Row, from: number): number | undefined {
    return this.#hinted(row, from) ?? this.rows.find(row);
  }

  #hinted(row: Row, from: number): number | undefined {
    const slot = from < 0 ? undefined : this.#hints[from];
    const values = slot === undefined ? undefined : this.#keyValues[slot];
    if (values === undefined) return undefined;
    const { keys } = this.node;
    for (let i = 0; i < keys.length; i++) if (values[i] !== row[keys[i] as string]) return undefined;
    return slot;
  }

  #open(slot: number, row: Row): void {
    this.#keyValues[slot] = this.node.keys.map((key) => {
      const value = row[key] as Value;
      return value === 0 ? 0 : value;
    });
    for (const { accumulator } of this.#calls) accumulator.open(slot);
    this.#members.open(slot);
    this.#live.open(slot);
    this.#arrival?.open(slot);
  }

  /** Saves the group before its first change in the epoch. */
  #touch(slot: number): void {
    if (slot >= this.#places.length) {
      const places = new Int32Array(Math.max(slot + 1, this.#places.length * 2));
      places.set(this.#places);
      this.#places = places;
    }
    const place = this.#places[slot] as number;
    if (place < this.#touches && this.#touched[place] === slot) return;
    this.#places[slot] = this.#touches;
    this.#touched[this.#touches++] = slot;
    for (const { accumulator } of this.#calls) accumulator.save(slot);
    this.#members.save(slot);
    this.#live.save(slot);
    this.#arrival?.save(slot);
  }

  #add(row: Row, seq: number, from: number): void {
    const slot = this.#slotOf(row, from);
    this.#touch(slot);
    for (const { accumulator, where, value } of this.#calls)
      if (where === null || where(row)) accumulator.add(slot, value(row), from);
    this.#members.add(slot, null);
    // Append-only rows are settled as they come: nothing can take them back.
    if (this.#retracts) this.#live.add(slot, null);
    this.#arrival?.add(slot, seq, from);
  }

  #retract(row: Row, seq: number, from: number): void {
    const slot = this.#find(row, from);
    if (slot === undefined || this.#live.result(slot) === 0) {
      // With a ttl the group may have begun anew since: its earlier rows are forgotten.
      if (this.#expiry !== null) return;
      throw new RowError('retraction of a row that is not there');
    }
    this.#touch(slot);
    for (const { accumulator, where, value } of this.#calls)
      if (where === null || where(row)) accumulator.retract(slot, value(row), from);
    this.#members.retract(slot, null);
    this.#live.retract(slot, null);
    this.#arrival?.retract(slot, seq, from);
  }

  /** A row changed: where its group and a value stay, that aggregate is not touched. */
  #update(before: Row, after: Row, beforeSeq: number, afterSeq: number, from: number): void {
    const slot = this.#sameGroup(before, after) ? this.#find(before, from) : undefined;
    if (slot === undefined || this.#live.result(slot) === 0) {
      this.#retract(before, beforeSeq, from);
      this.#add(after, afterSeq, from);
      return;
    }
    this.#touch(slot);
    for (const { accumulator, where, value } of this.#calls) {
      const had = where === null || where(before);
      const has = where === null || where(after);
      const old = had ? value(before) : null;
      const now = has ? value(after) : null;
      if (had && has && old === now) continue;
      if (had) accumulator.retract(slot, old, from);
      if (has) accumulator.add(slot, now, from);
    }
    if (beforeSeq !== afterSeq) {
      this.#arrival?.retract(slot, beforeSeq, from);
      this.#arrival?.add(slot, afterSeq, from);
    }
  }

  /** A row that is in can no longer be taken back: what it gave stays. */
  #settle(row: Row): void {
    const slot = this.#find(row, -1);
    if (slot === undefined || this.#live.result(slot) === 0) return;
    this.#touch(slot);
    this.#live.retract(slot, null);
  }

  /** Puts a group's result into its slot. */
  #conclude(slot: number): void {
    if (this.#members.result(slot) === 0) {
      this.rows.set(slot, undefined, -1);
      this.#expiry?.remove(slot);
      return;
    }
    if (this.#expiry !== null) {
      if (this.#live.result(slot) === 0) this.#expiry.touch(slot);
      else this.#expiry.remove(slot);
    }
    const { row, seq } = this.#result(slot);
    this.rows.set(slot, row, seq);
  }

  /** The row of a group, and its arrival. */
  #result(slot: number): { readonly row: Row; readonly seq: number } {
    const row: Record<string, Value> = {};
    const keys = this.#keyValues[slot] as readonly Value[];
    this.node.keys.forEach((key, i) => {
      row[key] = keys[i] as Value;
    });
    for (const { name, accumulator } of this.#calls) {
      try {
        row[name] = accumulator.result(slot);
      } catch (error) {
        throw this.#outOfRange(name, keys, error);
      }
    }
    return { row, seq: this.#arrival === null ? -1 : (this.#arrival.result(slot) as number) };
  }

  #outOfRange(name: string, keys: readonly Value[], error: unknown): unknown {
    if (!(error instanceof RowError)) return error;
    const { at } = this.node;
    const group = this.node.keys.map((key, i) => `${key}=${keys[i]}`).join(', ') || 'all rows';
    return failed(
      `${at.file}:${at.line}: aggregate '${name}' of group ${group}: ${error.message}. The epoch was not committed. Use a wider type, or filter the values that are too great.`,
      error,
    );
  }

  get expired(): number {
    return this.rows.changes.forgotten.length;
  }

  rollback(): void {
    for (const { accumulator } of this.#calls) accumulator.rollback();
    this.#members.rollback();
    this.#live.rollback();
    this.#arrival?.rollback();
    for (const slot of this.rows.changes.added) this.#keyValues[slot] = undefined;
    for (const [slot, keys] of this.#expired) this.#keyValues[slot] = keys;
    if (this.#expired.length > 0) this.#expired.length = 0;
    this.rows.rollback();
    this.#expiry?.rollback();
    this.#touches = 0;
  }

  commit(epoch: Epoch): void {
    // A group that expired gives its memory back: it starts empty when its slot is used again.
    for (const slot of this.rows.changes.forgotten)
      for (const { accumulator } of this.#calls) accumulator.open(slot);
    for (const { accumulator } of this.#calls) accumulator.commit();
    this.#members.commit();
    this.#live.commit();
    this.#arrival?.commit();
    // The slot of a group that is gone may be another's next: no hint may lead there.
    const { changes: log } = this.rows;
    for (let i = 0; i < log.n; i++) {
      const slot = log.slots[i] as number;
      if (this.rows.get(slot) === undefined) this.#keyValues[slot] = undefined;
    }
    if (this.#expired.length > 0) this.#expired.length = 0;
    this.rows.commit(epoch.number);
    this.#expiry?.commit(epoch.clock);
    this.#touches = 0;
  }
}
