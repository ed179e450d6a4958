import { wrong } from '../../errors.ts';
import { columnsOf } from '../../plan/derive/columns.ts';
import type { AggregateNode, JobPlan, Relation } from '../../plan/node.ts';
import { compile } from '../../runtime/compile.ts';
import type { AggregateOperator } from '../../runtime/operators/aggregate.ts';
import type { KeptColumn } from '../../state/checkpoint/block.ts';
import type { CheckpointReader } from '../../state/checkpoint/read-checkpoint.ts';
import { calendar } from '../../values/calendar.ts';
import { jsonText } from '../../values/edge.ts';
import type { Row, Value } from '../../values/sql-type.ts';
import { columnIndex, rowColumns } from './kept-columns.ts';
import { keyColumns } from './key-words.ts';
import { type KnownOperator, operatorText } from './known-operator.ts';
import { type Entry, PickedEntries } from './picked-entries.ts';
import { isMain } from './state-facts.ts';

/** An operator of the job as it is, of which something is kept. */
export interface KeptOperator extends KnownOperator {
  readonly node: Relation;
}

/**
 * What an operator keeps of a key, as lines of JSON: the row (of an aggregate its result), then, where more is kept of the key, the rows that may
 * come after it and the values that an aggregate counts. None: there is no such key.
 * @param key values of the operator's key columns
 */
export async function keptRows(
  reader: CheckpointReader,
  plan: JobPlan,
  operator: KeptOperator,
  key: readonly Value[],
): Promise<readonly string[]> {
  const main = operator.parts.find(isMain);
  if (main === undefined) return [];
  const rows = new PickedEntries(main, keyColumns(operator.node, main.columns), (_, values) =>
    values.every((value, i) => value === key[i]),
  );
  await pick(reader, [rows]);
  const [entry] = rows.entries;
  if (entry === undefined) return [];
  const { place } = entry;
  const more = operator.parts
    .filter((part) => part !== main)
    .map((part) =>
      // References are numbered through all groups, and name theirs.
      part.name.startsWith('references ')
        ? new PickedEntries(part, columnsNamed(part.columns, ['group']), (_, [group]) => group === place)
        : new PickedEntries(part, [], (at) => at === place),
    );
  if (more.length > 0) await pick(reader, more);
  const first =
    operator.node.op === 'aggregate'
      ? groupLine(plan, operator, operator.node, entry, [...more, rows])
      : rowLine('row', main.columns, entry);
  return [first, ...more.flatMap((picked) => furtherLines(operator.node, picked))];
}

async function pick(reader: CheckpointReader, picked: readonly PickedEntries[]): Promise<void> {
  const byPart = new Map(picked.map((entries) => [entries.part.id, entries]));
  await reader.state((part, block) => byPart.get(part)?.add(block));
}

const columnsNamed = (columns: readonly KeptColumn[], names: readonly string[]): readonly KeptColumn[] =>
  columns.filter(({ name }) => names.includes(name));

const object = (members: readonly (readonly [name: string, json: string])[]): string =>
  `{${members.map(([name, json]) => `${JSON.stringify(name)}:${json}`).join(',')}}`;

const rowOf = (columns: readonly KeptColumn[], values: readonly Value[]): Row =>
  Object.fromEntries(columns.map(({ name }, i) => [name, values[i] as Value]));

/** When the `ttl` of a key began to run. */
const since = (time: Value | undefined): readonly (readonly [string, string])[] =>
  typeof time === 'number' ? [['ttl_from', JSON.stringify(new Date(time).toISOString())]] : [];

/** A row as it is kept; what the engine keeps with it stands beside it. */
function rowLine(
  what: 'row' | 'candidate',
  columns: readonly KeptColumn[],
  { values }: Entry,
  more: readonly (readonly [string, string])[] = [],
): string {
  const own = rowColumns(columns);
  return object([
    [what, jsonText(own, rowOf(own, values))],
    ['arrival', String(values[own.length])],
    ...since(values[columnIndex(columns, ' time')]),
    ...more,
  ]);
}

/** The result of a group, which the operator itself makes of what is kept. */
function groupLine(
  plan: JobPlan,
  operator: KeptOperator,
  node: AggregateNode,
  { place, values }: Entry,
  picked: readonly PickedEntries[],
): string {
  const made = aggregateOf(plan, node);
  for (const part of made.parts) {
    const kept = picked.find((entries) => entries.part.name === part.name);
    if (JSON.stringify(kept?.part.columns) !== JSON.stringify(part.columns))
      throw wrong(
        `${operatorText(operator)} keeps other columns than the job, as it is now, would: run the job once, then look again`,
      );
    if (kept !== undefined) part.restore(kept.block());
  }
  for (const part of made.parts) part.restored();
  const time = values[node.keys.length];
  return object([['row', jsonText(columnsOf(node), made.rows.get(place) as Row)], ...since(time)]);
}

function aggregateOf(plan: JobPlan, node: AggregateNode): AggregateOperator {
  let found: AggregateOperator | undefined;
  const environment = {
    clock: { now: 0, startOfToday: 0, startOfHour: 0 },
    calendar: calendar(plan.timeZone),
  };
  compile(plan, {
    environment,
    databases: {},
    signal: new AbortController().signal,
    making: {
      operator: (made) => {
        if (made.node === node) found = made as AggregateOperator;
        return made;
      },
    },
  });
  return found as AggregateOperator;
}

/** What else is kept of a key, a line for each. */
function furtherLines(node: Relation, { part, entries }: PickedEntries): readonly string[] {
  if (part.name === 'entries') return entries.map((entry) => candidateLine(part.columns, entry));
  const call = node.op === 'aggregate' ? node.calls[Number(part.name.split(' ')[1])] : undefined;
  // Of what the engine counts for itself nothing is shown.
  if (call === undefined) return [];
  const columns: readonly KeptColumn[] = [
    { name: 'of', type: 'VARCHAR' },
    ...columnsNamed(part.columns, ['value', 'count']),
  ];
  return entries.map(({ values }) => jsonText(columns, { ...rowOf(part.columns, values), of: call[0] }));
}

/** A row that may become its key's. `leads`: with `ignoreNulls`, the columns that take their value from it. */
function candidateLine(columns: readonly KeptColumn[], entry: Entry): string {
  const own = rowColumns(columns);
  const mask = entry.values[columnIndex(columns, ' mask')];
  const state = entry.values[columnIndex(columns, ' state')];
  const leads = String(mask)
    .split(',')
    .slice(0, -1)
    .flatMap((i) => own[Number(i) - 1]?.name ?? []);
  return rowLine('candidate', columns, entry, [
    ...(mask === '' ? [] : ([['leads', JSON.stringify(leads)]] as const)),
    ...(state === 1 ? ([['settled', 'true']] as const) : []),
  ]);
}
