import { wrong } from '../../errors.ts';
import { columnsOf } from '../../plan/derive/columns.ts';
import type { Relation } from '../../plan/node.ts';
import { show } from '../../values/show.ts';
import { optionsOf, ttlOf } from './check.ts';
import { BuildRow } from './row.ts';
import { site, there } from './site.ts';
import type { StreamBuilder } from './stream-builder.ts';

/** What `Keyed` is when the program runs. */
export class KeyedBuilder {
  readonly #input: Relation;
  readonly #keys: readonly string[];
  readonly #on: (node: Relation) => StreamBuilder;

  constructor(input: Relation, keys: readonly string[], on: (node: Relation) => StreamBuilder) {
    this.#input = input;
    this.#keys = keys;
    this.#on = on;
    Object.freeze(this);
  }

  lastValue(options?: unknown): StreamBuilder {
    return this.#winner('lastValue', options);
  }

  firstValue(options?: unknown): StreamBuilder {
    return this.#winner('firstValue', options);
  }

  #winner(op: 'lastValue' | 'firstValue', options: unknown): StreamBuilder {
    const { by, ignoreNulls = false, ttl } = optionsOf(op, options, ['by', 'ignoreNulls', 'ttl']);
    if (typeof ignoreNulls !== 'boolean') {
      throw wrong(there(site(), `${op}: ignoreNulls is true or false, not ${show(ignoreNulls)}`));
    }
    return this.#on({
      op,
      at: site(),
      input: this.#input,
      keys: this.#keys,
      by: by === undefined ? null : this.#ordered(op, by),
      ignoreNulls,
      ttl: ttlOf(op, ttl),
    });
  }

  #ordered(op: string, by: unknown): string {
    const { type } = new BuildRow(columnsOf(this.#input)).column(by);
    if (type === 'BOOLEAN') {
      throw wrong(there(site(), `${op}: ${show(by)} is BOOLEAN, which has no order`));
    }
    return by as string;
  }
}
