import { generate, memberName, quoteName } from '../../values/generate.ts';
import type { Row, Value } from '../../values/sql-type.ts';
import type { Run } from './operand.ts';

/** A column of the result: one of the row's, or computed. */
type Field =
  | { readonly name: string; readonly column: string }
  | { readonly name: string; readonly run: Run };

/** The function that makes rows of these fields: an object literal, where code may be generated. */
export function projection(fields: readonly Field[]): (row: Row) => Row {
  const runs: Record<string, Run> = {};
  const members = fields.map((field, i) => {
    const name = memberName(field.name);
    if ('column' in field) return `${name}:row[${quoteName(field.column)}]`;
    runs[`run${i}`] = field.run;
    return `${name}:run${i}(row)`;
  });
  return generate(runs, `return row=>({${members.join(',')}})`, 'A row of these columns') ?? assigned(fields);
}

function assigned(fields: readonly Field[]): (row: Row) => Row {
  return (row) =>
    Object.fromEntries(
      fields.map((field) => [field.name, 'column' in field ? (row[field.column] as Value) : field.run(row)]),
    );
}
