import { failed, wrong } from '../../errors.ts';
import type { JobPlan } from '../../plan/node.ts';
import type { CheckpointReader } from '../../state/checkpoint/read-checkpoint.ts';
import { jsonText } from '../../values/edge.ts';
import { findOperator } from './find-operator.ts';
import { keptRows } from './kept-rows.ts';
import { keyColumns, keyOfWords } from './key-words.ts';
import { knownOperators, operatorText } from './known-operator.ts';
import { isMain } from './state-facts.ts';

/**
 * What an operator keeps of a key, as lines of JSON.
 * @param plan as it runs
 * @param word the operator, as `findOperator` takes it
 * @param words the key, as `keyOfWords` takes it
 * @throws MillraceError exit 1: there is no such key; exit 2: no such operator, no such key column, an operator that keeps nothing
 */
export async function rowsOfKey(
  job: string,
  reader: CheckpointReader,
  plan: JobPlan,
  word: string,
  words: readonly string[],
): Promise<readonly string[]> {
  const operator = findOperator(job, knownOperators(reader.parts, plan), word);
  const name = operatorText(operator);
  const { node, parts } = operator;
  if (parts.length === 0)
    throw wrong(
      `${name} keeps nothing: its state is made again at each start, from the rows of the operators below`,
    );
  if (node === undefined)
    throw wrong(`${name} is not in the job as it is now: the columns of its key are not known`);
  const columns = keyColumns(node, parts.find(isMain)?.columns ?? []);
  const key = keyOfWords(name, columns, words);
  const rows = await keptRows(reader, plan, { ...operator, node }, key);
  if (rows.length > 0) return rows;
  const row = Object.fromEntries(columns.map((column, i) => [column.name, key[i] ?? null]));
  throw failed(
    `${name} keeps nothing of the key ${jsonText(columns, row)} as of epoch ${reader.last?.epoch ?? 0}`,
  );
}
