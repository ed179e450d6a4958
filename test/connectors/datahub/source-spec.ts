import type { SourceSpec } from '../../../src/connectors/source.ts';
import type { ColumnSchema } from '../../../src/plan/schema.ts';

/** A column that may be NULL. */
export const column = (
  name: string,
  type: ColumnSchema['type'],
  more: Partial<ColumnSchema> = {},
): ColumnSchema => ({ name, type, nullable: true, length: null, from: 'text', ...more });

/** A source of these columns, all kept. */
export const sourceOf = (columns: readonly ColumnSchema[], more: Partial<SourceSpec> = {}): SourceSpec => ({
  schema: { kind: 'source', name: 's', columns, options: {} },
  keep: columns.map(({ name }) => name),
  ...more,
});
