import { upsertKeyOf } from '../derive/upsert-key.ts';
import type { IntoNode, JobPlan, LookupNode, Relation } from '../node.ts';
import { relationsOf } from '../walk.ts';
import type { Fault } from './fault.ts';

/**
 * A table that the job both looks up and writes is written from that lookup's rows, one by one in their order. So between
 * the two stand only filters, projections and one `keyBy(its key).lastValue()`, the key filled from the lookup's own.
 */
export function writeBackFaults(plan: JobPlan): readonly Fault[] {
  const lookups = relationsOf(plan).filter((node) => node.op === 'lookup');
  return plan.outputs.flatMap((output) => {
    const { name } = output.table;
    const own = lookups.filter(({ table }) => table.name === name);
    const [lookup] = own;
    if (lookup === undefined) return [];
    const faults =
      own.length > 1
        ? ['this job writes the table, so it can look it up once: share the stream']
        : chainFaults(output, lookup);
    return faults.map((message) => ({ at: output.at, message: `${name}: ${message}` }));
  });
}

function chainFaults(output: IntoNode, lookup: LookupNode): readonly string[] {
  const { primaryKey } = output.table;
  /** The column at this height that fills each key column of the table; undefined: it is computed. */
  let filled = new Map<string, string | undefined>(primaryKey.map((column) => [column, column]));
  let winners = 0;
  let node = output.input;
  while (node !== lookup) {
    switch (node.op) {
      case 'project': {
        const { fields } = node;
        filled = new Map([...filled].map(([column, from]) => [column, plainFrom(from, fields)]));
        break;
      }
      case 'filter':
        if (winners === 0 && upsertKeyOf(node.input) !== 'append-only') {
          return ['a filter above keyBy would take rows of the table away: filter before keyBy'];
        }
        break;
      case 'upsert':
      case 'lastValue': {
        winners += 1;
        if (winners > 1) return [refusal('a second lastValue')];
        if (node.op === 'lastValue' && (node.by !== null || node.ignoreNulls)) {
          return [refusal(`lastValue with ${node.by !== null ? 'by' : 'ignoreNulls'}`)];
        }
        const keys = [...node.keys].sort();
        const wanted = [...filled.values()].sort();
        if (keys.length !== wanted.length || keys.some((key, i) => key !== wanted[i])) {
          return [`keyBy(${quoted(node.keys)}) is not its primary key, which is ${primaryKey.join(', ')}`];
        }
        break;
      }
      case 'source':
        return ['this job looks the table up, so what it writes must come from that lookup'];
      case 'firstValue':
      case 'aggregate':
      case 'lookup':
        return [refusal(node.op === 'aggregate' ? 'agg' : node.op)];
    }
    node = node.input;
  }
  const near = new Map(lookup.on);
  const faults = [...filled]
    .filter(([column, from]) => from === undefined || from !== near.get(column))
    .map(
      ([column]) =>
        `key column '${column}' must be filled with '${near.get(column)}', by which it was looked up`,
    );
  if (upsertKeyOf(lookup.input) !== 'append-only') {
    faults.push('this job writes the table, so it must look it up before any keyBy or groupBy');
  }
  return faults;
}

/** The column below a projection that a column above is. */
function plainFrom(name: string | undefined, fields: Extract<Relation, { op: 'project' }>['fields']) {
  const value = fields.find(([field]) => field === name)?.[1];
  return value?.op === 'column' ? value.name : undefined;
}

const refusal = (what: string): string =>
  `${what} stands between its lookup and its into: only filter, select and .keyBy(its key).lastValue() may`;

const quoted = (names: readonly string[]): string => names.map((name) => `'${name}'`).join(', ');
