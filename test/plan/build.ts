// Plans by hand, for the tests: each function makes one frozen node.
import type { Aggregate, AggregateName, Expression, FunctionName } from '../../src/plan/expression.ts';
import type {
  AggregateNode,
  FilterNode,
  FirstValueNode,
  IntoNode,
  JobPlan,
  LastValueNode,
  LookupNode,
  ProjectNode,
  Relation,
  SourceNode,
  UpsertNode,
} from '../../src/plan/node.ts';
import type { ColumnSchema, SourceSchema, TableSchema } from '../../src/plan/schema.ts';
import type { SqlType, Value } from '../../src/values/sql-type.ts';

let line = 0;
/** A place of its own for each node. */
const at = () => {
  line += 1;
  return Object.freeze({ file: 'jobs/test.ts', line });
};

/** `'BIGINT'` may be NULL, `'BIGINT!'` may not. */
type TypeText = SqlType | `${SqlType}!`;
type Columns = Readonly<Record<string, TypeText>>;

function columns(types: Columns): readonly ColumnSchema[] {
  return Object.entries(types).map(([name, text]) => ({
    name,
    type: text.replace('!', '') as SqlType,
    nullable: !text.endsWith('!'),
    length: null,
    from: 'text',
  }));
}

const sourceSchema = (name: string, types: Columns): SourceSchema => ({
  kind: 'source',
  name,
  columns: columns(types),
  options: {},
});

export const table = (name: string, types: Columns, ...primaryKey: string[]): TableSchema => ({
  kind: 'table',
  name,
  tableName: name,
  columns: columns(types),
  primaryKey,
  options: {},
});

export const col = (name: string): Expression => ({ op: 'column', name });
export const literal = (type: SqlType, value: Value): Expression => ({ op: 'literal', type, value });
const expression = (of: string | Expression): Expression => (typeof of === 'string' ? col(of) : of);
/** A call; a text stands for a column. */
export const call = (name: FunctionName, ...args: (string | Expression)[]): Expression => ({
  op: 'call',
  name,
  args: args.map(expression),
});
export const cast = (of: string | Expression, to: SqlType): Expression => ({
  op: 'cast',
  of: expression(of),
  to,
  try: false,
});
export const tryCast = (of: string | Expression, to: SqlType): Expression => ({
  op: 'cast',
  of: expression(of),
  to,
  try: true,
});
export const clock = (of: 'now' | 'startOfToday' | 'startOfHour', shift = 0): Expression => ({
  op: 'clock',
  of,
  shift,
  type: 'BIGINT',
});
export const when = (test: Expression, value: Expression, otherwise: Expression): Expression => ({
  op: 'case',
  when: [[test, value]],
  otherwise,
});
export const udf = (
  name: string,
  args: readonly SqlType[],
  returns: SqlType,
  ...of: (string | Expression)[]
): Expression => ({
  op: 'udf',
  function: { name, args, returns, run: () => null },
  args: of.map(expression),
});
export const aggregate = (
  name: AggregateName,
  arg: string | Expression | null = null,
  where: Expression | null = null,
): Aggregate => ({ name, arg: arg === null ? null : expression(arg), where });

export const source = (name: string, types: Columns): SourceNode => ({
  op: 'source',
  at: at(),
  source: sourceSchema(name, types),
});
export const filter = (input: Relation, test: Expression): FilterNode => ({
  op: 'filter',
  at: at(),
  input,
  test,
});
/** Fields by name; a list stands for columns carried under their names. */
export const project = (
  input: Relation,
  ...fields: (string | Readonly<Record<string, string | Expression>>)[]
): ProjectNode => ({
  op: 'project',
  at: at(),
  input,
  fields: fields.flatMap((field): (readonly [string, Expression])[] =>
    typeof field === 'string'
      ? [[field, col(field)]]
      : Object.entries(field).map(([name, of]) => [name, expression(of)] as const),
  ),
});
type Options = { by?: string; ignoreNulls?: boolean; ttl?: number };
export const lastValue = (
  input: Relation,
  keys: readonly string[],
  { by, ignoreNulls, ttl }: Options = {},
): LastValueNode => ({
  op: 'lastValue',
  at: at(),
  input,
  keys,
  by: by ?? null,
  ignoreNulls: ignoreNulls ?? false,
  ttl: ttl ?? null,
});
export const firstValue = (
  input: Relation,
  keys: readonly string[],
  options: Options = {},
): FirstValueNode => ({ ...lastValue(input, keys, options), op: 'firstValue' });
export const group = (
  input: Relation,
  keys: readonly string[],
  calls: Readonly<Record<string, Aggregate>>,
  ttl: number | null = null,
): AggregateNode => ({ op: 'aggregate', at: at(), input, keys, calls: Object.entries(calls), ttl });
export const lookup = (
  input: Relation,
  of: TableSchema,
  on: Readonly<Record<string, string>>,
  miss: 'drop' | 'null' = 'drop',
): LookupNode => ({ op: 'lookup', at: at(), input, table: of, on: Object.entries(on), miss });
export const upsert = (input: Relation, keys: readonly string[]): UpsertNode => ({
  op: 'upsert',
  at: at(),
  input,
  keys,
});
export const into = (input: Relation, of: TableSchema): IntoNode => ({
  op: 'into',
  at: at(),
  input,
  table: of,
});
export const job = (...outputs: IntoNode[]): JobPlan => ({
  name: 'test',
  at: { file: 'jobs/test.ts', line: 99 },
  outputs,
  timeZone: 'Asia/Shanghai',
});
