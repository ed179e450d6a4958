import { type MillraceError, wrong } from '../../errors.ts';
import { nearest } from '../nearest.ts';
import { type KnownOperator, operatorText } from './known-operator.ts';

/**
 * The operator that a word means: its fingerprint or a start of it, its place, its name, or both as `state` prints them.
 * None, or several: exit 2 with those that there are.
 */
export function findOperator(job: string, operators: readonly KnownOperator[], word: string): KnownOperator {
  const exact = operators.filter(({ owner, id }) => owner === word || id === word);
  const found = exact.length > 0 ? exact : operators.filter((operator) => isMeant(operator, word));
  const [only] = found;
  if (only === undefined) throw unknownOperator(job, operators, word);
  if (found.length > 1)
    throw wrong(`'${word}' is any of these operators of ${job}: name one by its id: ${listed(found)}`);
  return only;
}

const isMeant = (operator: KnownOperator, word: string): boolean =>
  (word !== '' && operator.owner.startsWith(word)) ||
  [operator.at, operator.op, operatorText(operator)].includes(word);

const listed = (operators: readonly KnownOperator[]): string =>
  operators.map((operator) => `${operator.id} (${operatorText(operator)})`).join(', ');

function unknownOperator(job: string, operators: readonly KnownOperator[], word: string): MillraceError {
  if (operators.length === 0) return wrong(`unknown operator '${word}': ${job} has none that keeps state`);
  const near = nearest(
    word,
    operators.flatMap(({ op, at, id }) => [op, at, id]),
  );
  return wrong(
    `unknown operator '${word}' of ${job}: the nearest is '${near}' (there is: ${listed(operators)})`,
  );
}
