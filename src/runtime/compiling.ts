import type { Database } from '../connectors/database.ts';
import type { LookupNode, Relation } from '../plan/node.ts';
import type { Column, TableSchema } from '../plan/schema.ts';
import type { Row } from '../values/sql-type.ts';
import type { Answers } from './answers.ts';
import type { AppendBatch } from './batch.ts';
import type { Epoch } from './epoch.ts';
import type { Environment } from './expressions/environment.ts';

/** What the makers of operators are told about the plan and the run. */
export interface Compiling {
  readonly environment: Environment;
  readonly columnsOf: (node: Relation) => readonly Column[];
  /** Does an operator above order the node's rows by arrival? */
  readonly arrivalCounts: (node: Relation) => boolean;
  /** Can rows of the node be taken back? */
  readonly retracts: (node: Relation) => boolean;
  /**
   * What a keyed operator does with source rows before it takes them in: counts them as applied, and checks what
   * operators and tables above would stumble over, so that a row at fault is found whatever replaces it later.
   */
  readonly intakeOf: (node: Relation) => (input: AppendBatch, epoch: Epoch) => void;
  readonly databaseOf: (table: TableSchema) => Pick<Database, 'lookup'>;
  /** What a lookup's table answers in an epoch. */
  readonly answersOf: (lookup: LookupNode) => Answers;
  /** For a lookup that the job writes back: the table's new row that a joined row leads to; undefined where it is filtered out. */
  readonly writeBackOf: (lookup: Relation) => ((joined: Row) => Row | undefined) | undefined;
  readonly signal: AbortSignal;
}
