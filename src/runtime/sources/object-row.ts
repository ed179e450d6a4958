import { RowError } from '../../errors.ts';
import type { ColumnSchema, SourceSchema } from '../../plan/schema.ts';
import { fromEdge, isText } from '../../values/edge.ts';
import { generate, memberName } from '../../values/generate.ts';
import { ownMember, ownMemberCode } from '../../values/own-member.ts';
import type { Row, Value } from '../../values/sql-type.ts';

/** A column's value from what the object has there. */
type Read = (edge: unknown) => Value;

/**
 * Makes the row of a program's object: every column checked, the kept ones in the row, in schema order. Values are those
 * of the edge (`values/edge.ts`).
 * @throws RowError at the first column whose value is not of its type
 */
export function objectRow({ columns }: SourceSchema, keep: readonly string[]): (object: Row) => Row {
  const reads = columns.map(reader);
  return generated(columns, keep, reads) ?? assigned(columns, keep, reads);
}

function reader({ name, type, nullable }: ColumnSchema): Read {
  return (edge) => {
    const value = fromEdge(type, edge, name);
    if (value === null && !nullable) throw new RowError(`${type} NOT NULL is NULL`, name);
    return value;
  };
}

/** By type: the test in line that usual values pass, after which nothing is left to do but `after`. All others go to the reader. */
const USUAL: Readonly<Record<string, { readonly test: (value: string) => string; readonly after: string }>> =
  {
    // `+= 0` makes −0 a 0.
    INT: { test: (v) => `typeof ${v}==='number'&&(${v}|0)===${v}`, after: '+=0' },
    BIGINT: { test: (v) => `Number.isSafeInteger(${v})`, after: '+=0' },
    DOUBLE: { test: (v) => `typeof ${v}==='number'&&${v}-${v}===0`, after: '' },
    VARCHAR: { test: (v) => `isText(${v})`, after: '' },
    BOOLEAN: { test: (v) => `typeof ${v}==='boolean'`, after: '' },
  };

function generated(
  columns: readonly ColumnSchema[],
  keep: readonly string[],
  reads: readonly Read[],
): ((object: Row) => Row) | undefined {
  const lines = columns.map(({ name, type }, i) => {
    const v = `c${i}`;
    const usual = USUAL[type];
    const general = `${v}=reads[${i}](${v});`;
    const checked = usual === undefined ? general : `if(${usual.test(v)})${v}${usual.after};else ${general}`;
    return `let ${v}=${ownMemberCode('object', name)};${checked}\n`;
  });
  const members = columns.flatMap(({ name }, i) => (keep.includes(name) ? `${memberName(name)}:c${i}` : []));
  return generate(
    { reads, isText },
    `return object=>{${lines.join('')}return {${members}}}`,
    'The row of an object, every column checked',
  );
}

function assigned(
  columns: readonly ColumnSchema[],
  keep: readonly string[],
  reads: readonly Read[],
): (object: Row) => Row {
  return (object) => {
    const values = columns.map(({ name }, i): [string, Value] => [
      name,
      (reads[i] as Read)(ownMember(object, name)),
    ]);
    return Object.fromEntries(values.filter(([name]) => keep.includes(name)));
  };
}
