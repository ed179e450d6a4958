// What `import … from 'millrace'` offers.

export { type Config, defineConfig, type EnvironmentConfig, env } from './cli/config/define-config.ts';
export type { SourceConnector } from './cli/config/source-connectors.ts';
export type { TableConnector } from './cli/config/table-connectors.ts';
export {
  type Claim,
  type Commit,
  type Committed,
  type Database,
  LostCommits,
  type TableChanges,
  type TableUse,
  type WriteBack,
} from './connectors/database.ts';
export { memoryDatabase } from './connectors/memory/memory-database.ts';
export type { Source as RowSource, SourceBatch, SourcePosition, SourceSpec } from './connectors/source.ts';
export { openDatabase } from './connectors/sql/open-database.ts';
export {
  type RecordFeed,
  type RecordSourceParts,
  recordSource,
} from './connectors/topic/record-source.ts';
export * from './dsl/index.ts';
export { MillraceError, RowError } from './errors.ts';
export type { ChangeBatch } from './runtime/edge-changes.ts';
export type { QuarantinedRow } from './runtime/quarantine.ts';
export { type JobRun, type RunOptions, run, type SourceRows } from './runtime/run.ts';
export { type Deleted, deleted } from './runtime/sources/deleted-row.ts';
export type { Summary } from './runtime/summary.ts';
export {
  type QuarantinedTestRow,
  type Tables,
  type TestOptions,
  type TestResult,
  testJob,
} from './runtime/test-job.ts';
