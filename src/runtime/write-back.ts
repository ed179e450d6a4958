import { columnsOf } from '../plan/derive/columns.ts';
import type { IntoNode, JobPlan, LookupNode, Relation } from '../plan/node.ts';
import type { Row } from '../values/sql-type.ts';
import { compileProjection, compileTest } from './expressions/compile.ts';
import type { Environment } from './expressions/environment.ts';
import { rowFit } from './fit.ts';

/** A lookup whose table the job writes too, and the output that does. */
export interface WriteBackPath {
  readonly lookup: LookupNode;
  readonly output: IntoNode;
}

/** The write-backs of a plan: each output into a table that stands on a lookup of the same table. */
export function writeBacksOf(plan: JobPlan): readonly WriteBackPath[] {
  return plan.outputs.flatMap((output) => {
    const lookup = pathOf(output)[0];
    return lookup?.op === 'lookup' ? [{ lookup, output }] : [];
  });
}

/** The relations of an output from the lookup of its table up; empty where it stands on none. */
function pathOf(output: IntoNode): readonly Relation[] {
  const path: Relation[] = [];
  for (let node = output.input; ; node = node.input) {
    path.unshift(node);
    if (node.op === 'source') return [];
    if (node.op === 'lookup' && node.table.name === output.table.name) return path;
  }
}

/** What a joined row becomes in the table; undefined where a filter on the way drops it. */
export function compileWriteBack(
  path: WriteBackPath,
  environment: Environment,
): (joined: Row) => Row | undefined {
  const steps = pathOf(path.output)
    .slice(1)
    .flatMap((node): ((row: Row) => Row | undefined)[] => {
      if (node.op === 'filter') {
        const test = compileTest(node.test, columnsOf(node.input), environment);
        return [(row) => (test(row) ? row : undefined)];
      }
      if (node.op === 'project') return [compileProjection(node.fields, columnsOf(node.input), environment)];
      return [];
    });
  const conform = rowFit(path.output.table, columnsOf(path.output.input));
  return (joined) => {
    let row: Row | undefined = joined;
    for (const step of steps) {
      row = step(row);
      if (row === undefined) return undefined;
    }
    return conform(row);
  };
}
