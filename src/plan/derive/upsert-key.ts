import { memo } from '../memo.ts';
import type { Fields, Relation } from '../node.ts';

/**
 * What identifies a row among the changes of a relation: a set of columns ([]: there is one row);
 * 'append-only': rows are never changed; 'no-key': changes that no set of columns identifies.
 */
export type UpsertKey = 'append-only' | 'no-key' | readonly string[];

/** The upsert key of a relation. A projection carries it under its new names; one that drops or computes a part loses it. */
export const upsertKeyOf: (node: Relation) => UpsertKey = memo((node: Relation): UpsertKey => {
  switch (node.op) {
    case 'source':
      return 'append-only';
    case 'filter':
    case 'lookup':
      return upsertKeyOf(node.input);
    case 'project':
      return carried(upsertKeyOf(node.input), node.fields);
    case 'lastValue':
    case 'firstValue':
    case 'aggregate':
    case 'upsert':
      return node.keys;
  }
});

function carried(key: UpsertKey, fields: Fields): UpsertKey {
  if (typeof key === 'string') return key;
  const names = key.map((part) => carriedAs(part, fields));
  return names.every((name) => name !== undefined) ? names : 'no-key';
}

/** The name under which a projection carries a column: its own where it can be; undefined: it does not. */
function carriedAs(column: string, fields: Fields): string | undefined {
  const names = fields
    .filter(([, value]) => value.op === 'column' && value.name === column)
    .map(([name]) => name);
  return names.includes(column) ? column : names[0];
}
