import { RowError } from '../../../errors.ts';
import { keptStateOf, settlesBelow } from '../../../plan/derive/kept-state.ts';
import type { FirstValueNode, LastValueNode } from '../../../plan/node.ts';
import type { StatePart } from '../../../state/checkpoint/state-part.ts';
import { Expiry } from '../../../state/expiry.ts';
import { KeyedState } from '../../../state/keyed-state.ts';
import { RowsPart } from '../../../state/rows-part.ts';
import { rowKey } from '../../../values/keys/key-form.ts';
import type { Row, Value } from '../../../values/sql-type.ts';
import type { Batch } from '../../batch.ts';
import { type Blame, blameOf } from '../../blame.ts';
import { ChangeBuffer } from '../../change-buffer.ts';
import type { Compiling } from '../../compiling.ts';
import type { Epoch } from '../../epoch.ts';
import { netEffect } from '../../net-effect.ts';
import type { Operator, Stateful } from '../../operator.ts';
import { recallRows } from '../../recall-rows.ts';
import { sameValues } from '../../same-values.ts';
import { EntriesPart } from './entries-part.ts';
import { type Beats, orderOf } from './order.ts';
import { BestRanking, type Entry, type Ranking, RetractableRanking } from './ranking.ts';
import { settleDue } from './settle-due.ts';

/** Dead and settled entries of a key beyond which its rankings are made anew. */
const COMPACT_AT = 64;

/**
 * `lastValue` and `firstValue` where a key needs more than its winner: with `ignoreNulls` (one ranking per column), and
 * over input that takes rows back (all surviving rows of a key are kept, a retracted winner falls back to the next).
 */
export class RankedWinner implements Operator, Stateful {
  readonly node: LastValueNode | FirstValueNode;
  readonly state = this;
  /** The result row of each key. */
  readonly rows: KeyedState<Row, Row>;
  readonly #columns: readonly string[];
  readonly #same: (a: Row, b: Row) => boolean;
  readonly #arrival: boolean;
  readonly #retracts: boolean;
  readonly #intake: ReturnType<Compiling['intakeOf']>;
  readonly #beats: Beats;
  readonly #blame: Blame;
  readonly #expiry: Expiry | null;
  /** May rows be settled, here or below? */
  readonly #settles: boolean;
  readonly parts: readonly StatePart[];
  /** Rows that may be taken back, by arrival. */
  readonly #entries = new Map<number, Entry>();
  /** By slot: a ranking of all its rows, then (with `ignoreNulls`) one per column, of the rows that are not NULL there. */
  readonly #rankings: (readonly Ranking[] | undefined)[] = [];
  /** By slot: entries that a new ranking would not hold. */
  readonly #idle: number[] = [];
  readonly #touched = new Set<number>();
  readonly #out = new ChangeBuffer();
  readonly #added: Entry[] = [];
  readonly #killed: Entry[] = [];
  readonly #settled: Entry[] = [];
  readonly #replaced: [BestRanking, Entry | undefined][] = [];

  constructor(node: LastValueNode | FirstValueNode, compiling: Compiling) {
    this.node = node;
    const columns = compiling.columnsOf(node);
    this.rows = new KeyedState(rowKey(node.keys));
    this.#columns = columns.map((column) => column.name);
    this.#same = sameValues(columns, node.keys);
    this.#arrival = compiling.arrivalCounts(node);
    this.#retracts = compiling.retracts(node.input);
    this.#intake = compiling.intakeOf(node);
    this.#beats = orderOf(node, columns);
    this.#blame = blameOf(node, node.input);
    this.#expiry = node.ttl === null ? null : new Expiry(node.ttl);
    this.#settles = node.ttl !== null || settlesBelow(node);
    this.parts =
      keptStateOf(node) === 'own'
        ? [
            new RowsPart(this.rows, { columns, keyOf: (row) => row, expiry: this.#expiry }),
            new EntriesPart({
              columns,
              retracts: this.#retracts,
              rows: this.rows,
              rankings: (slot) => this.#rankings[slot],
              open: (slot) => this.#rankingsOf(slot),
              changedSlots: () => this.#touched,
              changedEntries: () => [...this.#killed, ...this.#added, ...this.#settled],
              take: (entry) => {
                if (!entry.settled) this.#entries.set(entry.seq, entry);
                this.#rank(entry, (ranking) => ranking.add(entry));
              },
              ended: () => {
                this.#replaced.length = 0;
              },
            }),
          ]
        : [];
  }

  recall(input: Batch, epoch: Epoch): Batch {
    return this.parts.length > 0 ? recallRows(this.rows) : this.apply(input, epoch);
  }

  apply(input: Batch, epoch: Epoch): Batch {
    const out = this.#out.clear();
    if (this.#expiry !== null)
      for (const slot of settleDue(this.#expiry, this.rows, epoch.clock, out)) this.#forget(slot);
    if (input.kind === 'append') {
      this.#intake(input, epoch);
      for (let i = 0; i < input.n; i++)
        this.#try(epoch, input.seqs[i] as number, () =>
          this.#add(input.rows[i] as Row, input.seqs[i] as number),
        );
    } else {
      for (const seq of input.settledSeqs) this.#settle(seq);
      // All rows go before any comes: two keys may have exchanged their rows.
      for (let i = 0; i < input.n; i++)
        if (input.before[i] !== undefined)
          this.#try(epoch, input.beforeSeqs[i] as number, () => this.#retract(input.beforeSeqs[i] as number));
      for (let i = 0; i < input.n; i++) {
        const row = input.after[i];
        const seq = input.afterSeqs[i] as number;
        if (row !== undefined) this.#try(epoch, seq, () => this.#add(row, seq));
      }
    }
    for (const slot of this.#touched) this.#elect(slot);
    return netEffect(this.rows, this.#same, this.#arrival, out);
  }

  #try(epoch: Epoch, seq: number, what: () => void): void {
    try {
      what();
    } catch (error) {
      this.#blame(epoch, seq, error);
    }
  }

  #rankingsOf(slot: number): readonly Ranking[] {
    const known = this.#rankings[slot];
    if (known !== undefined) return known;
    const count = this.node.ignoreNulls ? this.#columns.length + 1 : 1;
    const made = Array.from({ length: count }, () =>
      this.#retracts
        ? new RetractableRanking(this.#beats)
        : new BestRanking(this.#beats, (ranking, first) => this.#replaced.push([ranking, first])),
    );
    this.#rankings[slot] = made;
    this.#idle[slot] = 0;
    return made;
  }

  #add(row: Row, seq: number): void {
    const slot = this.rows.slot(row);
    const entry: Entry = { row, seq, slot, live: true, settled: false };
    this.#rank(entry, (ranking) => ranking.add(entry));
    if (this.#retracts) {
      this.#entries.set(seq, entry);
      this.#added.push(entry);
    }
    this.#touched.add(slot);
    this.#expiry?.touch(slot);
  }

  #rank(entry: Entry, what: (ranking: Ranking) => void): void {
    const [all, ...byColumn] = this.#rankingsOf(entry.slot);
    what(all as Ranking);
    byColumn.forEach((ranking, i) => {
      if (entry.row[this.#columns[i] as string] !== null) what(ranking);
    });
  }

  #retract(seq: number): void {
    const entry = this.#entries.get(seq);
    if (entry === undefined) {
      // With a ttl the key may have begun anew since; behind a row that is settled others are let go of.
      if (this.#settles) return;
      throw new RowError('retraction of a row that is not there');
    }
    entry.live = false;
    this.#entries.delete(seq);
    this.#killed.push(entry);
    this.#touched.add(entry.slot);
  }

  #settle(seq: number): void {
    const entry = this.#entries.get(seq);
    if (entry === undefined) return;
    entry.settled = true;
    this.#entries.delete(seq);
    this.#settled.push(entry);
  }

  /** Kills what is left of a key whose row was settled. */
  #forget(slot: number): void {
    const ranking = this.#rankings[slot]?.[0];
    if (!(ranking instanceof RetractableRanking)) return;
    for (const entry of ranking.entries())
      if (entry.live && this.#entries.delete(entry.seq)) {
        entry.live = false;
        this.#killed.push(entry);
      }
  }

  /** Puts the winner of a key into its slot. */
  #elect(slot: number): void {
    const [all, ...byColumn] = this.#rankingsOf(slot);
    const first = (all as Ranking).first;
    if (first === undefined) {
      this.rows.set(slot, undefined, -1);
      // The slot may be given to another key before it is due.
      this.#expiry?.remove(slot);
    } else if (!this.node.ignoreNulls) this.rows.set(slot, first.row, first.seq);
    else {
      const row: Record<string, Value> = {};
      let seq = -1;
      byColumn.forEach((ranking, i) => {
        const column = this.#columns[i] as string;
        const entry = ranking.first;
        row[column] = entry?.row[column] ?? null;
        if (entry !== undefined && entry.seq > seq) seq = entry.seq;
      });
      this.rows.set(slot, row, seq === -1 ? first.seq : seq);
    }
  }

  get expired(): number {
    return this.rows.changes.forgotten.length;
  }

  rollback(): void {
    for (const entry of this.#settled) {
      entry.settled = false;
      this.#entries.set(entry.seq, entry);
    }
    // The last killed first: a row of one arrival may have been replaced by another of the same.
    for (const entry of this.#killed.toReversed()) {
      entry.live = true;
      this.#entries.set(entry.seq, entry);
      this.#rank(entry, (ranking) => ranking.revive(entry));
    }
    // After the revived ones: an entry of this epoch may be among them.
    for (const entry of this.#added) {
      entry.live = false;
      if (this.#entries.get(entry.seq) === entry) this.#entries.delete(entry.seq);
    }
    for (let i = this.#replaced.length - 1; i >= 0; i--) {
      const [ranking, first] = this.#replaced[i] as [BestRanking, Entry | undefined];
      ranking.first = first;
    }
    this.rows.rollback();
    this.#expiry?.rollback();
    this.#clear();
  }

  commit(epoch: Epoch): void {
    const { changes: log } = this.rows;
    for (let i = 0; i < log.n; i++) {
      const slot = log.slots[i] as number;
      if (this.rows.get(slot) === undefined) this.#rankings[slot] = undefined;
    }
    for (const entry of [...this.#killed, ...this.#settled]) {
      const { slot } = entry;
      const idle = (this.#idle[slot] ?? 0) + 1;
      const rankings = this.#rankings[slot];
      const due = rankings !== undefined && idle >= COMPACT_AT && idle * 2 >= sizeOf(rankings[0]);
      this.#idle[slot] = due ? 0 : idle;
      if (due) for (const ranking of rankings) if (ranking instanceof RetractableRanking) ranking.compact();
    }
    this.rows.commit(epoch.number);
    this.#expiry?.commit(epoch.clock);
    this.#clear();
  }

  #clear(): void {
    this.#touched.clear();
    this.#added.length = 0;
    this.#killed.length = 0;
    this.#settled.length = 0;
    this.#replaced.length = 0;
  }
}

const sizeOf = (ranking: Ranking | undefined): number =>
  ranking instanceof RetractableRanking ? ranking.size : 0;
