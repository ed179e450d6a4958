import type { SourceSchema, TableSchema } from '../../plan/schema.ts';

/** A catalog as streams carry it: the schemas of all of its sources and tables, and its zone. */
export interface CatalogData {
  readonly sources: readonly SourceSchema[];
  readonly tables: readonly TableSchema[];
  readonly timeZone: string;
}
