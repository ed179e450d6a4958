import type { Relation } from '../node.ts';
import { upsertKeyOf } from './upsert-key.ts';

/**
 * What a relation sends. append: `+I` alone; upsert: `+U` alone, whatever was there; updating: changes of rows that a key
 * identifies; retracting: changes without a key.
 */
export type ChangeMode = 'append' | 'upsert' | 'updating' | 'retracting';

/** The change mode of a relation. Filters, projections and lookups keep their input's, as far as they keep its key. */
export function changeModeOf(node: Relation): ChangeMode {
  const key = upsertKeyOf(node);
  if (key === 'append-only') return 'append';
  if (key === 'no-key') return 'retracting';
  switch (node.op) {
    case 'upsert':
      return 'upsert';
    case 'filter':
    case 'project':
    case 'lookup':
      return changeModeOf(node.input);
    case 'lastValue':
    case 'firstValue':
    case 'aggregate':
    case 'source':
      return 'updating';
  }
}
