import type { TableSchema } from '../../plan/schema.ts';
import type { Row } from '../../values/sql-type.ts';
import { rowMaker } from '../format/row-maker.ts';
import type { GeneratorOptions } from './generator-options.ts';
import { makerOf } from './makers.ts';
import { USERS } from './people.ts';
import { World } from './world.ts';

/**
 * Rows of a table that generated events look up: one for each of their users, with the premium before the first event of the same seed
 * (default 1). Columns are in schema order.
 */
export function dimensionRows(
  table: TableSchema,
  { seed }: Pick<GeneratorOptions, 'seed'> = { seed: 1 },
): Row[] {
  const world = new World(seed);
  const makers = table.columns.map(makerOf);
  const makeRow = rowMaker(table.columns.map(({ name }) => name));
  return Array.from({ length: USERS }, (_, user) =>
    makeRow(makers.map((make) => make(world, { user, time: 0, index: user }))),
  );
}
