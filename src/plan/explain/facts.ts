import { changeModeOf } from '../derive/change-mode.ts';
import { columnsOf } from '../derive/columns.ts';
import { determinismOf } from '../derive/determinism.ts';
import { growthOf } from '../derive/growth.ts';
import { upsertKeyOf } from '../derive/upsert-key.ts';
import type { Relation } from '../node.ts';
import { typeWords } from '../validate/type-words.ts';
import { inputsOf } from '../walk.ts';
import { durationText } from './duration-text.ts';

/** Key, change mode, determinism and state of a relation in one line. */
export function factsText(node: Relation): string {
  return [keyText(node), determinismOf(node), stateText(node)].join(' · ');
}

/**
 * The row type of a relation, column by column; where it holds all columns of the relation below, only what is new or
 * has another type there, after `as below with`. Empty: it is the same.
 */
export function rowWords(node: Relation): { readonly lead: string; readonly words: readonly string[] } {
  const words = wordsOf(node);
  for (const input of inputsOf(node)) {
    const names = columnsOf(input).map(({ name }) => name);
    if (columnsOf(node).some(({ name }, i) => names[i] !== undefined && names[i] !== name)) continue;
    if (words.length < names.length) continue;
    const below = wordsOf(input);
    return { lead: 'as below with ', words: words.filter((word) => !below.includes(word)) };
  }
  return { lead: '', words };
}

const wordsOf = (node: Relation): readonly string[] =>
  columnsOf(node).map((column) => `${column.name} ${typeWords(column)}`);

function keyText(node: Relation): string {
  const key = upsertKeyOf(node);
  if (key === 'append-only') return 'append-only';
  const words = key === 'no-key' ? 'no key' : key.length === 0 ? 'one row' : `key ${key.join(', ')}`;
  return `${words} · ${changeModeOf(node)}`;
}

function stateText(node: Relation): string {
  const growth = growthOf(node);
  if (growth === 'none') return 'no state';
  const ttl = 'ttl' in node && node.ttl !== null ? `, ttl ${durationText(node.ttl)}` : '';
  return growth === 'bounded' ? 'bounded state' : `state ${growth}${ttl}`;
}
