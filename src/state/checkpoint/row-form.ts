import { generate, memberName, quoteName } from '../../values/generate.ts';
import type { Row, Value } from '../../values/sql-type.ts';
import type { Block } from './block.ts';

/** Puts a row's values at an index of a block's first columns, which are the row's. */
export function rowWriter(block: Block, names: readonly string[]): (row: Row, at: number) => void {
  const { values } = block;
  const scope = Object.fromEntries(names.map((_, i) => [`c${i}`, values[i]]));
  const generated = generate<(row: Row, at: number) => void>(
    scope,
    `return (row,at)=>{${names.map((name, i) => `c${i}[at]=row[${quoteName(name)}];`).join('')}}`,
    'A row into the columns of a checkpoint',
  );
  return (
    generated ??
    ((row, at) => {
      for (const [i, name] of names.entries()) (values[i] as Value[])[at] = row[name] as Value;
    })
  );
}

/** Makes rows again of what `rowWriter` put there: all of one shape. */
export function rowReader(block: Block, names: readonly string[]): (at: number) => Row {
  const { values } = block;
  const scope = Object.fromEntries(names.map((_, i) => [`c${i}`, values[i]]));
  const generated = generate<(at: number) => Row>(
    scope,
    `return at=>({${names.map((name, i) => `${memberName(name)}:c${i}[at]`).join(',')}})`,
    'A row of the columns of a checkpoint',
  );
  return (
    generated ??
    ((at) => Object.fromEntries(names.map((name, i) => [name, (values[i] as Value[])[at] as Value])))
  );
}
