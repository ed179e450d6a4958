import { createHash } from 'node:crypto';
import { columnsOf } from './derive/columns.ts';
import type { Aggregate, Expression } from './expression.ts';
import { memo } from './memo.ts';
import type { Relation } from './node.ts';
import type { Column } from './schema.ts';

/**
 * What an operator's state is, from names and structure: the operator and those below it, down to the sources. Two operators of
 * one identity that keep the same columns hold the same state, also across edits of the job: the place in the file, names of variables, a `ttl`,
 * columns that are picked, and columns of sources that nothing below uses do not count.
 */
const stateIdentityOf: (node: Relation) => string = memo((node: Relation) =>
  JSON.stringify(structureOf(node)),
);

/** A short hash of `stateIdentityOf`: 16 hexadecimal digits. */
export const stateFingerprintOf: (node: Relation) => string = memo((node: Relation) =>
  createHash('sha256').update(stateIdentityOf(node)).digest('hex').slice(0, 16),
);

type Structure = readonly (Structure | string | number | boolean | null)[];

const structureOf: (node: Relation) => Structure = memo((node: Relation): Structure => {
  switch (node.op) {
    case 'source':
      return ['source', node.source.name];
    case 'filter':
      return ['filter', value(node.test, columnsOf(node.input)), structureOf(node.input)];
    case 'project': {
      const columns = columnsOf(node.input);
      // Which columns are carried on is told by what is kept; here counts what they are made of.
      const made = node.fields.filter(([name, of]) => of.op !== 'column' || of.name !== name);
      if (made.length === 0) return structureOf(node.input);
      return ['project', made.map(([name, of]) => [name, value(of, columns)]), structureOf(node.input)];
    }
    case 'lastValue':
    case 'firstValue':
      return [node.op, keys(node.keys, node.input), node.by, node.ignoreNulls, structureOf(node.input)];
    case 'aggregate': {
      const columns = columnsOf(node.input);
      const calls = node.calls.map(([name, call]) => [name, aggregate(call, columns)]);
      return ['aggregate', keys(node.keys, node.input), calls, structureOf(node.input)];
    }
    case 'lookup':
      return ['lookup', node.table.name, node.table.primaryKey, node.on, node.miss, structureOf(node.input)];
    case 'upsert':
      return ['upsert', keys(node.keys, node.input), structureOf(node.input)];
  }
});

const typed = (name: string, columns: readonly Column[]): Structure => {
  const column = columns.find((own) => own.name === name);
  return [name, column?.type ?? null];
};

const keys = (names: readonly string[], input: Relation): Structure =>
  names.map((name) => typed(name, columnsOf(input)));

const aggregate = ({ name, arg, where }: Aggregate, columns: readonly Column[]): Structure => [
  name,
  arg === null ? null : value(arg, columns),
  where === null ? null : value(where, columns),
];

function value(expression: Expression, columns: readonly Column[]): Structure {
  const of = (inner: Expression) => value(inner, columns);
  switch (expression.op) {
    case 'column':
      return ['column', ...typed(expression.name, columns)];
    case 'literal': {
      const { type, value: literal } = expression;
      return ['literal', type, typeof literal === 'bigint' ? `${literal}` : literal];
    }
    case 'clock':
      return ['clock', expression.of, expression.shift, expression.type];
    case 'call':
      return ['call', expression.name, ...expression.args.map(of)];
    case 'cast':
      return ['cast', of(expression.of), expression.to, expression.try];
    case 'case':
      return ['case', expression.when.map(([test, then]) => [of(test), of(then)]), of(expression.otherwise)];
    case 'udf': {
      const { name, args, returns } = expression.function;
      return ['udf', name, args, returns, ...expression.args.map(of)];
    }
  }
}
