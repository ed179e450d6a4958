import type { Expression } from '../expression.ts';
import { partsOf } from '../expressions-of.ts';
import type { JobPlan, ProjectNode } from '../node.ts';
import { consumersOf } from '../walk.ts';
import { rebuild } from './rebuild.ts';

/**
 * Makes one projection of two that follow one another: rows are made once. Only where the lower has no other reader and
 * each column that it computes is used exactly once: nothing is computed twice, and none that may throw is lost.
 */
export function mergeProjections(plan: JobPlan): JobPlan {
  const consumers = consumersOf(plan);
  return rebuild(plan, (node, was) => {
    if (node.op !== 'project' || was.op !== 'project' || consumers.get(was.input)?.length !== 1) return node;
    const lower = node.input;
    if (lower.op !== 'project' || !usedOnce(lower, node)) return node;
    const made = new Map(lower.fields);
    const fields = node.fields.map(([name, value]) =>
      Object.freeze([name, substituted(value, made)] as const),
    );
    return Object.freeze({ ...node, input: lower.input, fields: Object.freeze(fields) });
  });
}

function usedOnce(lower: ProjectNode, upper: ProjectNode): boolean {
  const uses = new Map<string, number>();
  for (const [, value] of upper.fields)
    for (const part of partsOf(value))
      if (part.op === 'column') uses.set(part.name, (uses.get(part.name) ?? 0) + 1);
  return lower.fields.every(([name, value]) => value.op === 'column' || uses.get(name) === 1);
}

/** The expression over the lower projection's input. */
function substituted(expression: Expression, made: ReadonlyMap<string, Expression>): Expression {
  const inner = (of: Expression) => substituted(of, made);
  switch (expression.op) {
    case 'column':
      return made.get(expression.name) ?? expression;
    case 'literal':
    case 'clock':
      return expression;
    case 'call':
    case 'udf':
      return Object.freeze({ ...expression, args: Object.freeze(expression.args.map(inner)) });
    case 'cast':
      return Object.freeze({ ...expression, of: inner(expression.of) });
    case 'case': {
      const when = expression.when.map(([test, value]) =>
        Object.freeze([inner(test), inner(value)] as const),
      );
      return Object.freeze({
        ...expression,
        when: Object.freeze(when),
        otherwise: inner(expression.otherwise),
      });
    }
  }
}
