import { wrong } from '../../errors.ts';
import type { Expression } from '../../plan/expression.ts';
import { show } from '../../values/show.ts';
import { columnsArgument, isMembers } from './check.ts';
import type { BuildRow } from './row.ts';
import { scalarOf } from './scalar.ts';
import { site, there } from './site.ts';

/** A part of a key or a group: its column, and what computes it. */
export type KeyPart = readonly [name: string, value: Expression];

/** Whether a part is a column of the row under its own name. */
export const isPlain = ([name, value]: KeyPart): boolean => value.op === 'column' && value.name === name;

/** The parts of `keyBy` and `groupBy`: names, functions, objects that name them. */
export function keyParts(call: string, parts: readonly unknown[], row: BuildRow): readonly KeyPart[] {
  const found = parts.filter((part) => part !== undefined).flatMap((part) => partsOf(call, part, row));
  if (found.length === 0) throw wrong(there(site(), `${call}: name at least one column`));
  const names = found.map(([name]) => name);
  const twice = names.find((name, i) => names.indexOf(name) < i);
  if (twice !== undefined) throw wrong(there(site(), `${call}: '${twice}' is named twice`));
  return found;
}

function partsOf(call: string, part: unknown, row: BuildRow): readonly KeyPart[] {
  if (typeof part === 'string') return [[part, row.column(part).expression]];
  const scalar = scalarOf(part);
  if (scalar) return [[scalar.column, scalar.make(row).expression]];
  if (isMembers(part)) {
    return columnsArgument(call, part).map(([name, cell]) => [
      name,
      row.cell(`${call} ${name}`, cell).expression,
    ]);
  }
  const hint = typeof part === 'function' ? ': name it, { name: o => … }' : '';
  throw wrong(there(site(), `${call} wants names, functions or { name: … }, not ${show(part)}${hint}`));
}
