import { RowError, wrong } from '../../errors.ts';
import { type UpsertKey, upsertKeyOf } from '../../plan/derive/upsert-key.ts';
import type { Relation } from '../../plan/node.ts';
import type { KeptColumn } from '../../state/checkpoint/block.ts';
import { fromEdge } from '../../values/edge.ts';
import type { Value } from '../../values/sql-type.ts';
import { ARRIVAL, columnIndex } from './kept-columns.ts';

/** The word for NULL. */
const NULL = '\\N';

/** The columns of a part that are the key of what an operator keeps. Rows without one are told apart by their arrival. */
export function keyColumns(node: Relation, columns: readonly KeptColumn[]): readonly KeptColumn[] {
  const key = keyOf(node);
  if (typeof key === 'string') return [columns[columnIndex(columns, ARRIVAL)] as KeptColumn];
  return key.map((name) => columns.find((column) => column.name === name) as KeptColumn);
}

function keyOf(node: Relation): UpsertKey {
  switch (node.op) {
    case 'lastValue':
    case 'firstValue':
    case 'aggregate':
      return node.keys;
    case 'lookup':
      return upsertKeyOf(node.input);
    default:
      return [];
  }
}

const named = ({ name, type }: KeptColumn): string => `${name.trim()} ${type}`;

/** The key that words say, one for each column, as NDJSON would say it. @param operator whose key, for messages */
export function keyOfWords(
  operator: string,
  columns: readonly KeptColumn[],
  words: readonly string[],
): readonly Value[] {
  if (words.length !== columns.length) {
    const wants =
      columns.length === 0
        ? 'has one row, and no key'
        : `wants a value for each column of its key: ${columns.map(named).join(', ')}`;
    throw wrong(`${operator} ${wants}; there ${words.length === 1 ? 'is 1 value' : `are ${words.length}`}`);
  }
  return columns.map((column, i) => {
    try {
      return valueOfWord(column, words[i] as string);
    } catch (error) {
      if (!(error instanceof RowError)) throw error;
      throw wrong(`key column ${named(column)} of ${operator}: ${error.message}`, error);
    }
  });
}

function valueOfWord({ type }: KeptColumn, word: string): Value {
  if (word === NULL) return null;
  switch (type) {
    case 'VARCHAR':
    case 'DATE':
      return fromEdge(type, word);
    case 'BOOLEAN':
      return fromEdge(type, word === 'true' ? true : word === 'false' ? false : word);
    case 'BIGINT(bigint)':
      return fromEdge(type, /^-?\d+$/.test(word) ? BigInt(word) : word);
    default:
      // A DECIMAL is text as well; what is no number is judged as it stands.
      return fromEdge(type, type.startsWith('DECIMAL') || !NUMBER.test(word) ? word : Number(word));
  }
}

const NUMBER = /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i;
