import { generate, memberName, quoteName } from './generate.ts';
import type { Row, Value } from './sql-type.ts';

/** Makes one row of two: these columns of the near one, then those of the far one. No name stands in both. */
export function joinRows(near: readonly string[], far: readonly string[]): (near: Row, far: Row) => Row {
  const member = (from: string) => (name: string) => `${memberName(name)}:${from}[${quoteName(name)}]`;
  const members = [...near.map(member('near')), ...far.map(member('far'))].join(',');
  return generate({}, `return (near,far)=>({${members}})`, 'One row of two') ?? assigned(near, far);
}

function assigned(nearColumns: readonly string[], farColumns: readonly string[]) {
  return (near: Row, far: Row): Row =>
    Object.fromEntries([
      ...nearColumns.map((name): [string, Value] => [name, near[name] as Value]),
      ...farColumns.map((name): [string, Value] => [name, far[name] as Value]),
    ]);
}
