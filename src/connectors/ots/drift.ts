// Where a table of Tablestore does not fit the catalog's.
import type { TableUse } from '../database.ts';
import type { BoundTable } from './bound-table.ts';
import { columnForm } from './column-form.ts';
import { OTS_NAME } from './ots-options.ts';
import type { OtsTable } from './ots-port.ts';

/** Columns that one condition can compare. */
const COMPARED = 10;

/** What Tablestore cannot do for this use of a table, whatever is there; each in words. */
export function unfit({ name }: BoundTable, { table, writes, looksUp }: TableUse): readonly string[] {
  const faults: string[] = [];
  const refuse = (of: string) => faults.push(`${of}: names there have letters, digits and _, no digit first`);
  if (!OTS_NAME.test(name)) refuse(`table name '${name}'`);
  for (const column of table.columns) if (!OTS_NAME.test(column.name)) refuse(`column '${column.name}'`);
  if (table.primaryKey.length > 4)
    faults.push(`its primary key has ${table.primaryKey.length} columns, and 4 are possible there`);
  for (const { name: column, type } of table.columns.filter((part) => table.primaryKey.includes(part.name))) {
    const { stored } = columnForm(type);
    if (stored === 'DOUBLE' || stored === 'BOOLEAN' || type.startsWith('DECIMAL'))
      faults.push(`key column ${column} is ${type}: keys there are whole numbers, times or text`);
  }
  const others = table.columns.length - table.primaryKey.length;
  if (writes && looksUp && others > COMPARED)
    faults.push(
      `it is looked up and written back: that compares all ${others} columns outside its key, and a condition there has ${COMPARED}. Declare the columns that the job needs: those that are not declared stay as they are`,
    );
  return faults;
}

/** Every difference, each in words; none where the table fits the use that the job makes of it. */
export function driftOf(bound: BoundTable, { table, writes }: TableUse, found: OtsTable): readonly string[] {
  const differences: string[] = [];
  const text = (key: OtsTable['key']) => `(${key.map(({ name, type }) => `${name} ${type}`).join(', ')})`;
  if (text(found.key) !== text(bound.key))
    differences.push(`its primary key is ${text(found.key)}, ${text(bound.key)} is declared`);
  for (const { name, increments } of found.key)
    if (writes && increments)
      differences.push(`key column ${name} is AUTO_INCREMENT: a job cannot say which row it writes`);
  for (const { name, type } of table.columns) {
    const declared = found.declared.find((column) => column.name === name);
    const { stored } = columnForm(type);
    if (declared && declared.type !== stored)
      differences.push(
        `column ${name} is ${declared.type}, ${type} is declared, which is ${stored} in Tablestore`,
      );
  }
  if (writes && !found.allowsUpdate)
    differences.push('it does not allow updates of rows (allowUpdate is false), by which it is written');
  return differences;
}
