import { generate, quoteName } from '../../values/generate.ts';
import type { Row, Value } from '../../values/sql-type.ts';

/** The members of an object literal, one of `values` for each name. `__proto__` is a column like any other. */
export function literalOf(names: readonly string[], values: readonly string[]): string {
  const members = names.map(
    (name, i) => `${name === '__proto__' ? '["__proto__"]' : quoteName(name)}:${values[i]}`,
  );
  return `{${members.join(',')}}`;
}

/** Makes rows of one hidden class from values in the order of the names. */
export function rowMaker(names: readonly string[]): (values: readonly Value[]) => Row {
  const literal = literalOf(
    names,
    names.map((_, i) => `v[${i}]`),
  );
  return (
    generate<(values: readonly Value[]) => Row>({}, `return (v)=>(${literal})`, 'A row of values') ??
    plainMaker(names)
  );
}

function plainMaker(names: readonly string[]): (values: readonly Value[]) => Row {
  return (values) => {
    const row: Record<string, Value> = {};
    for (let i = 0; i < names.length; i++) {
      const name = names[i] as string;
      const value = values[i] as Value;
      if (name === '__proto__')
        Object.defineProperty(row, name, { value, enumerable: true, writable: true, configurable: true });
      else row[name] = value;
    }
    return row;
  };
}
