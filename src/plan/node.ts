// The logical plan: a closed union of frozen nodes. Row types, keys and change modes are derived, not stored.
import type { Aggregate, Expression } from './expression.ts';
import type { SourceSchema, TableSchema } from './schema.ts';

/** The place in the job that made a node. `file` is relative to the working directory where it can be. */
export interface Site {
  readonly file: string;
  readonly line: number;
}
interface Node<Op extends string> {
  readonly op: Op;
  readonly at: Site;
}
/** All columns of a result, in order: name and computation. */
export type Fields = readonly (readonly [name: string, value: Expression])[];
/** Milliseconds after the last arrival for a key; null: kept for ever. */
export type Ttl = number | null;

export interface SourceNode extends Node<'source'> {
  readonly source: SourceSchema;
}
export interface FilterNode extends Node<'filter'> {
  readonly input: Relation;
  readonly test: Expression;
}
/** `pick`, `omit`, `rename`, `select`, `extend`, computed key parts, `into(t, {…})`: all columns of the result, in order. */
export interface ProjectNode extends Node<'project'> {
  readonly input: Relation;
  readonly fields: Fields;
}
interface Winner<Op extends string> extends Node<Op> {
  readonly input: Relation;
  readonly keys: readonly string[];
  /** The column that orders the rows of a key; null: arrival. */
  readonly by: string | null;
  readonly ignoreNulls: boolean;
  readonly ttl: Ttl;
}
export interface LastValueNode extends Winner<'lastValue'> {}
export interface FirstValueNode extends Winner<'firstValue'> {}
/** `keys` empty: one row over all rows, absent while the input is empty. Result columns: keys, then calls. */
export interface AggregateNode extends Node<'aggregate'> {
  readonly input: Relation;
  readonly keys: readonly string[];
  readonly calls: readonly (readonly [name: string, call: Aggregate])[];
  readonly ttl: Ttl;
}
/** Columns of the result: the input's, then the table's without its primary key. */
export interface LookupNode extends Node<'lookup'> {
  readonly input: Relation;
  readonly table: TableSchema;
  /** For each primary key column of the table, the input's column. */
  readonly on: readonly (readonly [column: string, near: string])[];
  readonly miss: 'drop' | 'null';
}
/** Made by the planner from a `lastValue` that needs no state: the epoch's last row of each key, as `+U` alone. */
export interface UpsertNode extends Node<'upsert'> {
  readonly input: Relation;
  readonly keys: readonly string[];
}

/** A node that has rows. */
export type Relation =
  | SourceNode
  | FilterNode
  | ProjectNode
  | LastValueNode
  | FirstValueNode
  | AggregateNode
  | LookupNode
  | UpsertNode;
/** The closed list of operators: what a runtime, a printer, a generator must each know. */
export type Op = Relation['op'];

/** An output of a job. */
export interface IntoNode extends Node<'into'> {
  readonly input: Relation;
  readonly table: TableSchema;
}
/** A whole job, as `job(name, …outputs)` makes it. */
export interface JobPlan {
  readonly name: string;
  readonly at: Site;
  readonly outputs: readonly IntoNode[];
  /** IANA name. */
  readonly timeZone: string;
}
