import type { Column } from '../../../plan/schema.ts';
import type { Block, KeptColumn } from '../../../state/checkpoint/block.ts';
import { rowReader, rowWriter } from '../../../state/checkpoint/row-form.ts';
import type { StatePart } from '../../../state/checkpoint/state-part.ts';
import type { KeyedState } from '../../../state/keyed-state.ts';
import type { Row, Value } from '../../../values/sql-type.ts';
import type { BestRanking, Entry, Ranking, RetractableRanking } from './ranking.ts';

/** What a `RankedWinner` keeps besides its rows. */
export interface Entries {
  readonly columns: readonly Column[];
  /** Can entries be taken back? */
  readonly retracts: boolean;
  readonly rows: KeyedState<Row, Row>;
  readonly rankings: (slot: number) => readonly Ranking[] | undefined;
  readonly open: (slot: number) => readonly Ranking[];
  /** Slots of which the open epoch added or took entries. */
  readonly changedSlots: () => ReadonlySet<number>;
  /** Entries that the open epoch added, settled or took back, in an order in which the last of an arrival counts. */
  readonly changedEntries: () => readonly Entry[];
  /** Takes an entry in that may be taken back, or is settled. */
  readonly take: (entry: Entry) => void;
  readonly ended: () => void;
}

/** An entry, as a checkpoint tells it. */
type Found = Entry & { readonly mask: string };

const LIVE = 0;
const SETTLED = 1;
const DEAD = 2;

/**
 * The rows that may still become a key's winner, as a part of a checkpoint, by the key's slot. Where rows are never taken back, the firsts of
 * a key's rankings, all of them each time (`mask` says of which rankings an entry is the first); else entry by entry.
 */
export class EntriesPart implements StatePart {
  readonly name = 'entries';
  readonly columns: readonly KeptColumn[];
  readonly #entries: Entries;
  readonly #names: readonly string[];
  readonly #writers = new WeakMap<Block, (row: Row, at: number) => void>();
  readonly #readers = new WeakMap<Block, (at: number) => Row>();
  /** Of a checkpoint, until all of it is there: by slot and arrival. */
  readonly #found = new Map<number, Map<number, Found>>();

  constructor(entries: Entries) {
    this.#entries = entries;
    this.#names = entries.columns.map(({ name }) => name);
    this.columns = [
      ...entries.columns.map(({ name, type }) => ({ name, type })),
      { name: ' arrival', type: 'BIGINT' },
      { name: ' state', type: 'INT' },
      { name: ' mask', type: 'VARCHAR' },
    ];
  }

  get end(): number {
    return this.#entries.rows.end;
  }

  changed(into: Block): void {
    const { rows, retracts, changedSlots, changedEntries } = this.#entries;
    for (const slot of rows.changes.forgotten) into.gone(slot);
    if (retracts) {
      for (const entry of changedEntries()) this.#add(entry, into, stateOf(entry), '');
      return;
    }
    for (const slot of changedSlots()) {
      into.gone(slot);
      this.#firsts(slot, into);
    }
  }

  range(from: number, to: number, into: Block): void {
    const { rankings, retracts } = this.#entries;
    for (let slot = from; slot < to; slot++) {
      const held = rankings(slot);
      if (held === undefined) continue;
      if (!retracts) {
        this.#firsts(slot, into);
        continue;
      }
      const entries = new Set(held.flatMap((ranking) => (ranking as RetractableRanking).entries()));
      for (const entry of entries) if (entry.live) this.#add(entry, into, stateOf(entry), '');
    }
  }

  #firsts(slot: number, into: Block): void {
    const masks = new Map<Entry, string>();
    for (const [i, { first }] of (this.#entries.rankings(slot) ?? []).entries())
      if (first !== undefined) masks.set(first, `${masks.get(first) ?? ''}${i},`);
    for (const [entry, mask] of masks) this.#add(entry, into, LIVE, mask);
  }

  #add(entry: Entry, into: Block, state: number, mask: string): void {
    let write = this.#writers.get(into);
    if (write === undefined) {
      write = rowWriter(into, this.#names);
      this.#writers.set(into, write);
    }
    const at = into.add(entry.slot);
    write(entry.row, at);
    const width = this.#names.length;
    (into.values[width] as Value[])[at] = entry.seq;
    (into.values[width + 1] as Value[])[at] = state;
    (into.values[width + 2] as Value[])[at] = mask;
  }

  restore(block: Block): void {
    const read = this.#readers.get(block) ?? rowReader(block, this.#names);
    this.#readers.set(block, read);
    const [seqs, states, masks] = block.values.slice(this.#names.length) as [number[], number[], string[]];
    let at = 0;
    for (let i = 0; i < block.n; i++) {
      const slot = block.places[i] as number;
      if (block.flags[i] === 0) {
        this.#found.delete(slot);
        continue;
      }
      const entries = this.#found.get(slot) ?? new Map<number, Found>();
      this.#found.set(slot, entries);
      const seq = seqs[at] as number;
      if (states[at] === DEAD) entries.delete(seq);
      else
        entries.set(seq, {
          row: read(at),
          seq,
          slot,
          live: true,
          settled: states[at] === SETTLED,
          mask: masks[at] as string,
        });
      at++;
    }
  }

  restored(): void {
    const { rows, open, take, retracts, ended } = this.#entries;
    for (const [slot, entries] of this.#found) {
      if (rows.get(slot) === undefined) continue;
      const rankings = open(slot);
      for (const { mask, ...entry } of entries.values()) {
        if (retracts) take(entry);
        else for (const i of mask.split(',').slice(0, -1)) (rankings[Number(i)] as BestRanking).first = entry;
      }
    }
    this.#found.clear();
    ended();
  }
}

const stateOf = ({ live, settled }: Entry): number => (!live ? DEAD : settled ? SETTLED : LIVE);
