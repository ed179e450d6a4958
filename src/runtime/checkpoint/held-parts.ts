import { Block, type KeptColumn } from '../../state/checkpoint/block.ts';
import type { KeptPart } from '../../state/checkpoint/checkpoint-log.ts';
import type { Value } from '../../values/sql-type.ts';
import type { OperatorPart } from './state-parts.ts';

/** Columns of a row; those that start with a blank are the operator's own. */
const isOwn = ({ name }: KeptColumn): boolean => name.startsWith(' ');
const same = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

/**
 * The parts of a state that hold what these parts of one operator keep, in their order; undefined where the state lacks it. Rows that are the whole of
 * what an operator keeps may hold further columns; its own columns are the same, as what stands in them has a meaning of its own.
 */
export function heldParts(
  parts: readonly OperatorPart[],
  state: readonly KeptPart[],
): readonly KeptPart[] | undefined {
  const held = parts.flatMap(({ kept: wanted }) => {
    const of = state.filter(({ kind, owner }) => kind === 'state' && owner === wanted.owner);
    const found = of.find(({ name }) => name === wanted.name);
    if (found === undefined || of.length !== parts.length) return [];
    if (same(found.columns, wanted.columns)) return [found];
    const wider =
      of.length === 1 &&
      wanted.name === 'rows' &&
      same(found.columns.filter(isOwn), wanted.columns.filter(isOwn)) &&
      wanted.columns.every((column) => found.columns.some((other) => same(other, column)));
    return wider ? [found] : [];
  });
  return held.length === parts.length ? held : undefined;
}

/** The same entries, of their columns these. */
export function picked(block: Block, columns: readonly KeptColumn[]): Block {
  if (same(block.columns, columns)) return block;
  const out = new Block(columns);
  out.n = block.n;
  out.present = block.present;
  for (let i = 0; i < block.n; i++) {
    out.places[i] = block.places[i] as number;
    out.flags[i] = block.flags[i] as number;
  }
  for (const [i, { name }] of columns.entries())
    out.values[i] = block.values[block.columns.findIndex((column) => column.name === name)] as Value[];
  return out;
}
