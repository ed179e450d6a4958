import type { Relation } from '../node.ts';
import { relationsBelow } from '../walk.ts';
import { changeModeOf } from './change-mode.ts';

/**
 * Where an operator's state comes from after a restart. `own`: a checkpoint has to keep it. `below`: it is a function of the
 * rows that the operators below give, and is made again from theirs. `none`: it keeps nothing.
 */
export function keptStateOf(node: Relation): 'own' | 'below' | 'none' {
  switch (node.op) {
    case 'source':
    case 'filter':
    case 'project':
    case 'upsert':
      return 'none';
    case 'lookup':
      // What a table answered is the outside's: it cannot be asked again.
      return changeModeOf(node.input) === 'append' ? 'none' : 'own';
    case 'lastValue':
    case 'firstValue':
    case 'aggregate':
      // Rows that were settled below are not there any more.
      return changeModeOf(node.input) === 'append' || node.ttl !== null || settlesBelow(node)
        ? 'own'
        : 'below';
  }
}

/** Can rows of the operators below be settled (their `ttl` passes)? */
export const settlesBelow = (node: Relation): boolean =>
  relationsBelow(node).some((below) => 'ttl' in below && below.ttl !== null);
