import type { Row, Value } from '../values/sql-type.ts';
import type { Block, KeptColumn } from './checkpoint/block.ts';
import { rowReader, rowWriter } from './checkpoint/row-form.ts';
import type { StatePart } from './checkpoint/state-part.ts';
import type { Expiry } from './expiry.ts';
import type { KeyedState } from './keyed-state.ts';

/** How keyed rows stand in a checkpoint. */
export interface RowsPartOptions<K> {
  /** Columns of the rows, in the order in which rows have them. */
  readonly columns: readonly KeptColumn[];
  /** The key of a row that is read again. */
  readonly keyOf: (row: Row, seq: number) => K;
  /** Times of last arrival are kept too. */
  readonly expiry?: Expiry | null;
}

/** Keyed rows as a part of a checkpoint: each slot's row, its arrival and, with a `ttl`, the time of its key's last arrival. */
export class RowsPart<K> implements StatePart {
  readonly name = 'rows';
  readonly columns: readonly KeptColumn[];
  readonly #state: KeyedState<K, Row>;
  readonly #options: RowsPartOptions<K>;
  readonly #names: readonly string[];
  readonly #writers = new WeakMap<Block, (row: Row, at: number) => void>();
  readonly #readers = new WeakMap<Block, (at: number) => Row>();

  constructor(state: KeyedState<K, Row>, options: RowsPartOptions<K>) {
    this.#state = state;
    this.#options = options;
    this.#names = options.columns.map(({ name }) => name);
    this.columns = [
      ...options.columns,
      { name: ' arrival', type: 'BIGINT' },
      ...(options.expiry ? ([{ name: ' time', type: 'DOUBLE' }] as const) : []),
    ];
  }

  get end(): number {
    return this.#state.end;
  }

  changed(into: Block): void {
    const { n, slots } = this.#state.changes;
    const write = this.#writerOf(into);
    const { expiry } = this.#options;
    if (!expiry) {
      for (let i = 0; i < n; i++) this.#add(slots[i] as number, into, undefined, write);
      return;
    }
    const touched = expiry.touchedIn();
    for (let i = 0; i < n; i++) {
      const slot = slots[i] as number;
      this.#add(slot, into, touched.has(slot) ? expiry.now : expiry.time(slot), write);
      touched.delete(slot);
    }
    for (const slot of touched) this.#add(slot, into, expiry.now, write);
  }

  range(from: number, to: number, into: Block): void {
    const { expiry } = this.#options;
    const write = this.#writerOf(into);
    for (let slot = from; slot < to; slot++)
      if (this.#state.get(slot) !== undefined) this.#add(slot, into, expiry?.time(slot), write);
  }

  #writerOf(into: Block): (row: Row, at: number) => void {
    const writer = this.#writers.get(into) ?? rowWriter(into, this.#names);
    this.#writers.set(into, writer);
    return writer;
  }

  #add(slot: number, into: Block, time: number | undefined, write: (row: Row, at: number) => void): void {
    const row = this.#state.get(slot);
    if (row === undefined) {
      into.gone(slot);
      return;
    }
    const at = into.add(slot);
    write(row, at);
    const width = this.#names.length;
    (into.values[width] as Value[])[at] = this.#state.seq(slot);
    if (this.#options.expiry) (into.values[width + 1] as Value[])[at] = time ?? null;
  }

  restore(block: Block): void {
    const read = this.#readers.get(block) ?? rowReader(block, this.#names);
    this.#readers.set(block, read);
    const width = this.#names.length;
    const seqs = block.values[width] as readonly number[];
    const times = block.values[width + 1] as readonly (number | null)[] | undefined;
    const { expiry } = this.#options;
    let at = 0;
    for (let i = 0; i < block.n; i++) {
      const slot = block.places[i] as number;
      if (block.flags[i] === 0) {
        this.#state.restore(slot, undefined, -1);
        expiry?.restore(slot, undefined);
        continue;
      }
      this.#state.restore(slot, read(at), seqs[at] as number);
      expiry?.restore(slot, times?.[at] ?? undefined);
      at++;
    }
  }

  restored(): void {
    const { keyOf, expiry } = this.#options;
    this.#state.restored((row, seq) => keyOf(row, seq));
    expiry?.restored();
  }
}
