import { job, type Output } from '../../src/dsl/index.ts';
import type { Expression } from '../../src/plan/expression.ts';
import type { Relation } from '../../src/plan/node.ts';

/** The node that a stream stands for, whether or not it fits a table. */
export function nodeOf(stream: object): Relation {
  const [output] = job('probe', (stream as { into(table: string): Output }).into('total')).plan.outputs;
  if (!output) throw new Error('a job has an output');
  return output.input;
}

/** What the last column of a projection computes. */
export function expressionOf(stream: object): Expression {
  const node = nodeOf(stream);
  const last = node.op === 'project' ? node.fields.at(-1) : undefined;
  if (!last) throw new Error('the stream ends in no projection');
  return last[1];
}

/** A node without the places that made it, bigints as text. */
export function bare(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (key, part: unknown) => {
      if (key === 'at') return undefined;
      return typeof part === 'bigint' ? `${part}n` : part;
    }),
  );
}

/** A column of the plan. */
export const column = (name: string): Expression => ({ op: 'column', name });
