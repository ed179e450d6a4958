import type { Aggregate, Expression, FunctionName } from '../expression.ts';
import { durationText } from './duration-text.ts';
import { printLiteral } from './print-literal.ts';

/** How tightly an expression binds, loosest first. */
const BINDING = { or: 1, and: 2, not: 3, test: 4, sum: 5, product: 6, value: 7 } as const;

/** Functions that are written between or after their arguments, and how tightly they bind; the rest read `name(…)`. */
const INFIX: Partial<Record<FunctionName, readonly [word: string, binding: number]>> = {
  or: ['or', BINDING.or],
  and: ['and', BINDING.and],
  eq: ['=', BINDING.test],
  ne: ['<>', BINDING.test],
  gt: ['>', BINDING.test],
  gte: ['>=', BINDING.test],
  lt: ['<', BINDING.test],
  lte: ['<=', BINDING.test],
  like: ['like', BINDING.test],
  isDistinctFrom: ['is distinct from', BINDING.test],
  plus: ['+', BINDING.sum],
  minus: ['-', BINDING.sum],
  times: ['*', BINDING.product],
  dividedBy: ['/', BINDING.product],
};

/** An expression as readable text: `tryCast(now_premium as DOUBLE) < tryCast(raw_premium as DOUBLE) * 0.85`. */
export function printExpression(expression: Expression): string {
  return print(expression, 0);
}

/** An aggregate as readable text: `sum(price) where paid`. */
export function printAggregate({ name, arg, where }: Aggregate): string {
  const call = `${name}(${arg === null ? '' : printExpression(arg)})`;
  return where === null ? call : `${call} where ${printExpression(where)}`;
}

/** `around`: what stands around it binds so tightly. */
function print(expression: Expression, around: number): string {
  const within = (binding: number, text: string): string => (binding < around ? `(${text})` : text);
  switch (expression.op) {
    case 'column':
      return expression.name;
    case 'literal':
      return printLiteral(expression.type, expression.value);
    case 'clock': {
      const { of, shift } = expression;
      if (shift === 0) return `${of}()`;
      return within(BINDING.sum, `${of}() ${shift < 0 ? '-' : '+'} ${durationText(Math.abs(shift))}`);
    }
    case 'call':
      return printCall(expression.name, expression.args, within);
    case 'cast':
      return `${expression.try ? 'tryCast' : 'cast'}(${print(expression.of, 0)} as ${expression.to})`;
    case 'case': {
      const branches = expression.when.map(
        ([test, value]) => `when ${print(test, 0)} then ${print(value, 0)}`,
      );
      return `case ${branches.join(' ')} else ${print(expression.otherwise, 0)} end`;
    }
    case 'udf':
      return `${expression.function.name}(${list(expression.args)})`;
  }
}

function printCall(
  name: FunctionName,
  args: readonly Expression[],
  within: (binding: number, text: string) => string,
): string {
  const infix = INFIX[name];
  if (infix !== undefined && args.length > 1) {
    const [word, binding] = infix;
    // On the right of `-` and `/` even an equal binding needs parentheses; comparisons do not chain.
    const tighter = binding + 1;
    const [first, ...others] = args as [Expression, ...Expression[]];
    const left = print(first, binding === BINDING.test ? tighter : binding);
    return within(binding, [left, ...others.map((arg) => print(arg, tighter))].join(` ${word} `));
  }
  const tight = (arg: Expression | undefined): string => (arg === undefined ? '' : print(arg, BINDING.sum));
  const [of, ...others] = args;
  switch (name) {
    case 'not':
      return of === undefined ? 'not' : within(BINDING.not, `not ${print(of, BINDING.not)}`);
    case 'isNull':
      return within(BINDING.test, `${tight(of)} is NULL`);
    case 'isNotNull':
      return within(BINDING.test, `${tight(of)} is not NULL`);
    case 'between':
      return within(BINDING.test, `${tight(of)} between ${tight(others[0])} and ${tight(others[1])}`);
    case 'in':
      return within(BINDING.test, `${tight(of)} in (${list(others)})`);
    default:
      return `${name}(${list(args)})`;
  }
}

const list = (args: readonly Expression[]): string => args.map((arg) => print(arg, 0)).join(', ');
