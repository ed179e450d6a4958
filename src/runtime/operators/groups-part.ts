import type { Column } from '../../plan/schema.ts';
import type { Block, KeptColumn } from '../../state/checkpoint/block.ts';
import type { StatePart } from '../../state/checkpoint/state-part.ts';
import type { Expiry } from '../../state/expiry.ts';
import type { KeyedState } from '../../state/keyed-state.ts';
import type { Row, Value } from '../../values/sql-type.ts';
import type { Accumulator } from '../aggregates/accumulator.ts';

/** What an aggregate keeps of its groups besides the values that some accumulators keep in parts of their own. */
export interface Groups {
  readonly rows: KeyedState<Row, Row>;
  readonly keys: readonly Column[];
  readonly accumulators: readonly Accumulator[];
  readonly expiry: Expiry | null;
  /** Slots that the open epoch changed, each once. */
  readonly touched: () => readonly number[];
  readonly keyValues: (slot: number) => readonly Value[] | undefined;
  /** Opens a group whose values come next. */
  readonly open: (slot: number, keys: readonly Value[]) => void;
  /** Makes the row of a restored group. */
  readonly conclude: (slot: number) => void;
}

/** The groups of an aggregate as a part of a checkpoint: keys, the time of the last arrival, and what each accumulator has of a group. */
export class GroupsPart implements StatePart {
  readonly name = 'groups';
  readonly columns: readonly KeptColumn[];
  readonly #groups: Groups;
  readonly #slots = new Set<number>();

  constructor(groups: Groups) {
    this.#groups = groups;
    this.columns = [
      ...groups.keys.map(({ name, type }) => ({ name, type })),
      ...(groups.expiry ? [{ name: ' time', type: 'DOUBLE' } as const] : []),
      ...groups.accumulators.flatMap(({ kept }, i) =>
        kept.map(({ name, type }) => ({ name: ` ${i} ${name}`, type })),
      ),
    ];
  }

  get end(): number {
    return this.#groups.rows.end;
  }

  changed(into: Block): void {
    const { rows, touched, expiry } = this.#groups;
    for (const slot of rows.changes.forgotten) into.gone(slot);
    const arrived = expiry?.touchedIn();
    for (const slot of touched()) {
      if (rows.get(slot) === undefined) into.gone(slot);
      // Watched are groups of which nothing may be taken back; what the epoch touched it watches from now on, or no more.
      else this.#add(slot, into, arrived?.has(slot) ? (expiry as Expiry).now : undefined);
    }
  }

  range(from: number, to: number, into: Block): void {
    const { rows, expiry } = this.#groups;
    for (let slot = from; slot < to; slot++)
      if (rows.get(slot) !== undefined) this.#add(slot, into, expiry?.time(slot));
  }

  #add(slot: number, into: Block, time: number | undefined): void {
    const { accumulators, keyValues } = this.#groups;
    const at = into.add(slot);
    const keys = keyValues(slot) as readonly Value[];
    let next = 0;
    for (const key of keys) (into.values[next++] as Value[])[at] = key;
    if (this.#groups.expiry) (into.values[next++] as Value[])[at] = time ?? null;
    for (const accumulator of accumulators) {
      const width = accumulator.kept.length;
      accumulator.keep(slot, at, into.values.slice(next, next + width));
      next += width;
    }
  }

  restore(block: Block): void {
    const { keys, expiry, open, accumulators, rows } = this.#groups;
    let at = 0;
    for (let i = 0; i < block.n; i++) {
      const slot = block.places[i] as number;
      // The row comes last: what it is made of is not all there.
      rows.restore(slot, undefined, -1);
      if (block.flags[i] === 0) {
        this.#slots.delete(slot);
        expiry?.restore(slot, undefined);
        continue;
      }
      this.#slots.add(slot);
      let next = keys.length;
      open(
        slot,
        keys.map((_, key) => block.values[key]?.[at] as Value),
      );
      if (expiry) expiry.restore(slot, (block.values[next++]?.[at] ?? undefined) as number | undefined);
      for (const accumulator of accumulators) {
        const width = accumulator.kept.length;
        accumulator.restore(slot, at, block.values.slice(next, next + width));
        next += width;
      }
      at++;
    }
  }

  restored(): void {
    const { rows, expiry, conclude } = this.#groups;
    for (const slot of this.#slots) conclude(slot);
    this.#slots.clear();
    rows.restored((row) => row);
    expiry?.restored();
  }
}
