import { createHash } from 'node:crypto';
import type { Aggregate, Expression } from './expression.ts';
import { memo } from './memo.ts';
import type { IntoNode, Relation } from './node.ts';
import type { Column } from './schema.ts';

/**
 * What a node is, from names and structure: its operator, expressions and inputs down to the sources and their columns.
 * Stable under edits elsewhere: neither its place in the file nor in the plan counts, nor a `ttl`, which changes no result.
 * Two nodes of one identity hold the same state.
 */
export const identityOf: (node: Relation | IntoNode) => string = memo((node: Relation | IntoNode) =>
  JSON.stringify(structureOf(node)),
);

/** A short hash of `identityOf`: 16 hexadecimal digits. */
export const fingerprintOf: (node: Relation | IntoNode) => string = memo((node: Relation | IntoNode) =>
  createHash('sha256').update(identityOf(node)).digest('hex').slice(0, 16),
);

type Structure = readonly (Structure | string | number | boolean | null)[];

const structureOf: (node: Relation | IntoNode) => Structure = memo((node: Relation | IntoNode): Structure => {
  switch (node.op) {
    case 'source':
      return ['source', node.source.name, node.source.columns.map(column)];
    case 'filter':
      return ['filter', value(node.test), structureOf(node.input)];
    case 'project':
      return ['project', node.fields.map(([name, of]) => [name, value(of)]), structureOf(node.input)];
    case 'lastValue':
    case 'firstValue':
      return [node.op, node.keys, node.by, node.ignoreNulls, structureOf(node.input)];
    case 'aggregate':
      return [
        'aggregate',
        node.keys,
        node.calls.map(([name, call]) => [name, aggregate(call)]),
        structureOf(node.input),
      ];
    case 'lookup':
      return [
        'lookup',
        node.table.name,
        node.table.primaryKey,
        node.table.columns.map(column),
        node.on,
        node.miss,
        structureOf(node.input),
      ];
    case 'upsert':
      return ['upsert', node.keys, structureOf(node.input)];
    case 'into':
      return [
        'into',
        node.table.name,
        node.table.primaryKey,
        node.table.columns.map(column),
        structureOf(node.input),
      ];
  }
});

const column = ({ name, type, nullable }: Column): Structure => [name, type, nullable];

const aggregate = ({ name, arg, where }: Aggregate): Structure => [
  name,
  arg === null ? null : value(arg),
  where === null ? null : value(where),
];

function value(expression: Expression): Structure {
  switch (expression.op) {
    case 'column':
      return ['column', expression.name];
    case 'literal': {
      const { type, value: of } = expression;
      return ['literal', type, typeof of === 'bigint' ? `${of}` : of];
    }
    case 'clock':
      return ['clock', expression.of, expression.shift, expression.type];
    case 'call':
      return ['call', expression.name, ...expression.args.map(value)];
    case 'cast':
      return ['cast', value(expression.of), expression.to, expression.try];
    case 'case':
      return [
        'case',
        expression.when.map(([test, of]) => [value(test), value(of)]),
        value(expression.otherwise),
      ];
    case 'udf': {
      const { name, args, returns } = expression.function;
      return ['udf', name, args, returns, ...expression.args.map(value)];
    }
  }
}
