import type { Expression } from '../../../src/plan/expression.ts';
import type { Column } from '../../../src/plan/schema.ts';
import { call, cast, col, literal, tryCast, when } from '../../plan/build.ts';
import { decimalParts, type SqlType } from '../types.ts';
import type { Choices } from './choices.ts';

/** What an expression may do where it stands. */
export interface Place {
  readonly columns: readonly Column[];
  /** It may find fault with a row: each row here is one source row. */
  readonly mayThrow: boolean;
  /** It may read the clock: rows here are never taken back. */
  readonly mayReadClock: boolean;
}

const TYPES = ['BIGINT', 'VARCHAR', 'DOUBLE', 'DECIMAL(10,2)', 'BOOLEAN'] as const;

/** A function that throws for the text `bad`. */
const exclaim: Expression & { readonly op: 'udf' } = {
  op: 'udf',
  function: {
    name: 'exclaim',
    args: ['VARCHAR'],
    returns: 'VARCHAR',
    run: (text: string) => {
      if (text === 'bad') throw new Error('a bad text');
      return `${text}!`;
    },
  },
  args: [],
};

/** An expression of any type; where it may, at times one that finds fault with rows. */
export function anyExpression(choices: Choices, place: Place, depth = 2): Expression {
  if (place.mayThrow && choices.once(4)) return risky(choices, place);
  return expressionOf(choices.pick(TYPES), choices, place, depth);
}

/** A test of a row; where it may, at times one that finds fault with rows. */
export function anyTest(choices: Choices, place: Place): Expression {
  if (place.mayThrow && choices.once(6)) return call('isNotNull', risky(choices, place));
  return test(choices, place);
}

/** Throws for some rows. It stands alone, since no rule says whether what a NULL or a FALSE decides is computed. */
function risky(choices: Choices, place: Place): Expression {
  const inner = (of: SqlType) => expressionOf(of, choices, place, 1);
  return choices.pick([
    () => cast(inner('VARCHAR'), 'BIGINT'),
    () => cast(inner('VARCHAR'), 'DOUBLE'),
    () => cast(inner('DOUBLE'), 'DECIMAL(10,2)'),
    () => call('mod', inner('BIGINT'), inner('BIGINT')),
    () => ({ ...exclaim, args: [inner('VARCHAR')] }),
    () => call(choices.pick(['hourOf', 'dayOf', 'monthOf', 'minuteOf']), inner('TIMESTAMP(3)')),
  ])();
}

/** An expression of a type (a DECIMAL perhaps of another precision and scale). */
export function expressionOf(type: SqlType, choices: Choices, place: Place, depth = 2): Expression {
  const columns = place.columns.filter((column) => column.type === type).map(({ name }) => name);
  if (columns.length > 0 && (depth === 0 || !choices.once(2))) return col(choices.pick(columns));
  if (depth === 0) return constant(type, choices);
  const inner = (of: SqlType) => expressionOf(of, choices, place, depth - 1);
  const options: (() => Expression)[] = [
    () => constant(type, choices),
    () => call('orElse', inner(type), constant(type, choices)),
    () => call('nullIf', inner(type), inner(type)),
    () => when(test(choices, place, depth - 1), inner(type), inner(type)),
    ...madeOf(type, choices, place, inner),
  ];
  return choices.pick(options)();
}

function constant(type: SqlType, choices: Choices): Expression {
  if (decimalParts(type) !== undefined) return literal(type, choices.pick([0n, 150n, -1n]));
  switch (type) {
    case 'VARCHAR':
      return literal(type, choices.pick(['a', '', 'bad', '12']));
    case 'BOOLEAN':
      return literal(type, choices.pick([true, false, null]));
    case 'DOUBLE':
      return literal(type, choices.pick([0, 0.1, -0, 1e300]));
    case 'BIGINT(bigint)':
      return literal(type, choices.pick([0n, 2n ** 60n]));
    case 'TIMESTAMP(3)':
      return literal(type, choices.pick([0, 1_736_899_200_000]));
    default:
      return literal(type, choices.pick([0, 1, -2, 3]));
  }
}

function madeOf(
  type: SqlType,
  choices: Choices,
  place: Place,
  inner: (of: SqlType) => Expression,
): readonly (() => Expression)[] {
  const { mayReadClock } = place;
  if (decimalParts(type) !== undefined)
    return [
      () => tryCast(inner('VARCHAR'), type),
      () => call('plus', inner(type), inner('BIGINT')),
      () => call('times', inner(type), literal('DECIMAL(3,1)', 15n)),
    ];
  switch (type) {
    case 'BIGINT':
      return [
        () => call('plus', inner('BIGINT'), inner('BIGINT')),
        () => call('minus', inner('BIGINT'), inner('BIGINT')),
        () => call('times', inner('BIGINT'), literal('BIGINT', -2)),
        () => tryCast(inner('VARCHAR'), 'BIGINT'),
      ];
    case 'DOUBLE':
      return [
        () => call('plus', inner('DOUBLE'), inner('DOUBLE')),
        () => call('times', inner('DOUBLE'), literal('DOUBLE', 0.85)),
        () => tryCast(inner('VARCHAR'), 'DOUBLE'),
        () => cast(inner('BIGINT'), 'DOUBLE'),
      ];
    case 'VARCHAR':
      return [
        () => call('concat', inner('VARCHAR'), constant('VARCHAR', choices)),
        () => call('upper', inner('VARCHAR')),
        () => cast(inner('BIGINT'), 'VARCHAR'),
      ];
    case 'BOOLEAN':
      return [() => test(choices, place, 1)];
    case 'TIMESTAMP(3)':
      return mayReadClock
        ? [() => ({ op: 'clock', of: choices.pick(['now', 'startOfHour']), shift: 0, type: 'TIMESTAMP(3)' })]
        : [];
    default:
      return [];
  }
}

const ORDERED = ['BIGINT', 'DOUBLE', 'DECIMAL(10,2)', 'TIMESTAMP(3)', 'BIGINT(bigint)'] as const;

/** A test of a row. */
function test(choices: Choices, place: Place, depth = 2): Expression {
  const inner = (of: SqlType) => expressionOf(of, choices, place, Math.max(0, depth - 1));
  const of = choices.pick([...ORDERED, 'VARCHAR'] as const);
  const ordered = choices.pick(ORDERED);
  const options: (() => Expression)[] = [
    () => call('isNotNull', inner(of)),
    () => call('isNull', inner(of)),
    () => call(choices.pick(['gt', 'gte', 'lt', 'lte']), inner(ordered), inner(ordered)),
    () => call(choices.pick(['eq', 'ne', 'isDistinctFrom']), inner(of), inner(of)),
    () => call('in', inner(of), inner(of), inner(of)),
    () => call('between', inner(ordered), inner(ordered), inner(ordered)),
    () => call('like', inner('VARCHAR'), literal('VARCHAR', choices.pick(['a%', '%', '_', '%a\\%']))),
    () => call('gte', inner('DECIMAL(10,2)'), inner('BIGINT')),
  ];
  if (place.mayReadClock) options.push(() => call('gte', inner('TIMESTAMP(3)'), startOfToday));
  if (depth > 0)
    options.push(
      () => call('not', test(choices, place, depth - 1)),
      () =>
        call(choices.pick(['and', 'or']), test(choices, place, depth - 1), test(choices, place, depth - 1)),
    );
  return choices.pick(options)();
}

const startOfToday: Expression = { op: 'clock', of: 'startOfToday', shift: 0, type: 'TIMESTAMP(3)' };
