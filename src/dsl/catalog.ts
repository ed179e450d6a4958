import { wrong } from '../errors.ts';
import { nearest } from '../plan/nearest.ts';
import type { Relation } from '../plan/node.ts';
import type { SourceSchema, TableSchema } from '../plan/schema.ts';
import { show } from '../values/show.ts';
import { declaredSchemas } from './build/declared-schemas.ts';
import { site, there } from './build/site.ts';
import { StreamBuilder } from './build/stream-builder.ts';
import type { SourceNames } from './fit.ts';
import type { Stream } from './stream.ts';
import type { Source } from './table.ts';

/** All sources and tables that a catalog declares, whether or not a job uses them. */
export interface CatalogSchemas {
  readonly sources: readonly SourceSchema[];
  readonly tables: readonly TableSchema[];
}

/** The sources and tables that jobs are written over. D: what was declared, by name. */
export interface Catalog<D> {
  /** The rows of a source. It needs no object around it: `const { stream } = catalog(…)`. */
  stream<const N extends SourceNames<D>>(
    name: N,
  ): D[N] extends Source<infer R, infer K> ? Stream<R, K, D> : never;
  readonly schemas: CatalogSchemas;
}

/** The rows of a source; of a keyed one the last of each key. */
function rowsOf(source: SourceSchema): Relation {
  const at = site();
  const input = Object.freeze({ op: 'source', at, source } as const);
  const keys = source.primaryKey;
  return keys === undefined
    ? input
    : { op: 'lastValue', at, input, keys, by: null, ignoreNulls: false, ttl: null };
}

/**
 * Makes a catalog of declared sources and tables, under the names that jobs use.
 * `timeZone` is the IANA name of the zone in which `hourOf`, `dayOf`, `startOfToday`, … count.
 *
 * @throws MillraceError for a name, a primary key, a setting or a zone that cannot be
 * @example export const { stream } = catalog({ orders, daily }, { timeZone: 'Asia/Shanghai' })
 */
export function catalog<D extends object>(tables: D, options: { readonly timeZone: string }): Catalog<D> {
  const data = declaredSchemas(tables, options);
  const stream = (name: unknown): unknown => {
    const source = data.sources.find((one) => one.name === name);
    if (source) return new StreamBuilder(rowsOf(source), data);
    if (data.tables.some((one) => one.name === name)) {
      throw wrong(
        there(site(), `${show(name)} is a table: only a source is a stream; to read a table, .lookup(…)`),
      );
    }
    const names = data.sources.map((one) => one.name);
    const hint = nearest(String(name), names);
    throw wrong(there(site(), `there is no source ${show(name)} in the catalog${hint}`));
  };
  const schemas = Object.freeze({ sources: data.sources, tables: data.tables });
  return Object.freeze({ stream, schemas }) as unknown as Catalog<D>;
}
