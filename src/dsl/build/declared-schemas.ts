import { MillraceError, wrong } from '../../errors.ts';
import { nearest } from '../../plan/nearest.ts';
import type { ColumnSchema, SourceSchema, TableSchema } from '../../plan/schema.ts';
import { calendar } from '../../values/calendar.ts';
import { show } from '../../values/show.ts';
import { DeclaredColumn } from '../column.ts';
import { Declaration } from '../table.ts';
import type { CatalogData } from './catalog-data.ts';
import { nameFault, optionsOf } from './check.ts';
import { frozen } from './frozen.ts';
import { site, there } from './site.ts';

const refuse = (message: string): never => {
  throw wrong(there(site(), message));
};

/** The schemas of declared sources and tables, checked and frozen. */
export function declaredSchemas(declared: object, options: unknown): CatalogData {
  const { timeZone } = optionsOf('catalog', options, ['timeZone']);
  const sources: SourceSchema[] = [];
  const tables: TableSchema[] = [];
  for (const [name, one] of Object.entries(declared) as [string, unknown][]) {
    const fault = nameFault(name);
    if (fault) refuse(`'${name}' cannot be the name of a source or table: ${fault}`);
    if (!(one instanceof Declaration)) {
      return refuse(`${name}: a catalog holds what source(…) and table(…) give, not ${show(one)}`);
    }
    const columns = Object.entries(one.columns).map(([column, of]) => columnSchema(name, column, of));
    if (columns.length === 0) refuse(`${name} has no columns`);
    if (one.kind === 'source') sources.push(sourceSchema(name, one, columns));
    else tables.push(tableSchema(name, one, columns));
  }
  physicalNames(tables);
  return frozen({ sources, tables, timeZone: zone(timeZone) });
}

function zone(timeZone: unknown): string {
  if (typeof timeZone !== 'string') {
    return refuse(`catalog: timeZone is the name of a zone, such as 'Asia/Shanghai', not ${show(timeZone)}`);
  }
  try {
    calendar(timeZone);
  } catch (error) {
    if (error instanceof MillraceError) throw wrong(there(site(), error.message), error);
    throw error;
  }
  return timeZone;
}

function columnSchema(owner: string, name: string, column: unknown): ColumnSchema {
  const fault = nameFault(name);
  if (fault) refuse(`${owner}: '${name}' cannot be the name of a column: ${fault}`);
  if (!(column instanceof DeclaredColumn)) {
    return refuse(`${owner}: column '${name}' is declared by a type such as bigint(), not ${show(column)}`);
  }
  const { sql, nullable, length, from } = column;
  return { name, type: sql, nullable, length, from };
}

function sourceSchema(
  name: string,
  { settings }: Declaration,
  columns: readonly ColumnSchema[],
): SourceSchema {
  const { primaryKey, ...options } = settings;
  if (primaryKey === undefined) return { kind: 'source', name, columns, options };
  const key = keyColumns(name, primaryKey, columns);
  return { kind: 'source', name, columns: keyed(columns, key), primaryKey: key, options };
}

function tableSchema(name: string, { settings }: Declaration, columns: readonly ColumnSchema[]): TableSchema {
  const { primaryKey, tableName = name, ...options } = settings;
  if (primaryKey === undefined) refuse(`${name}: a table wants a primary key, { primaryKey: '…' }`);
  const key = keyColumns(name, primaryKey, columns);
  if (typeof tableName !== 'string' || tableName === '') {
    return refuse(`${name}: tableName is the table's name in the database, not ${show(tableName)}`);
  }
  if (tableName.toLowerCase() === 'millrace_fence')
    refuse(`${name}: tableName 'millrace_fence' is Millrace's own`);
  sameButForCase(
    name,
    columns.map((column) => column.name),
  );
  return { kind: 'table', name, tableName, columns: keyed(columns, key), primaryKey: key, options };
}

/** The columns of a primary key, as declared: each once, each there, at least one. */
function keyColumns(owner: string, primaryKey: unknown, columns: readonly ColumnSchema[]): readonly string[] {
  const names = columns.map((column) => column.name);
  const key: readonly unknown[] = Array.isArray(primaryKey) ? primaryKey : [primaryKey];
  if (key.length === 0) refuse(`${owner}: a primary key has at least one column`);
  for (const [i, part] of key.entries()) {
    if (!names.includes(part as string)) {
      refuse(
        `${owner}: the primary key names a column ${show(part)}, which is not there${nearest(String(part), names)}`,
      );
    }
    if (key.indexOf(part) < i) refuse(`${owner}: the primary key names column ${show(part)} twice`);
  }
  return key as readonly string[];
}

/** Columns of a key are never NULL. */
const keyed = (columns: readonly ColumnSchema[], key: readonly string[]): readonly ColumnSchema[] =>
  columns.map((column) => (key.includes(column.name) ? { ...column, nullable: false } : column));

/** Databases take `a` and `A` for one column. */
function sameButForCase(table: string, names: readonly string[]): void {
  const seen = new Map<string, string>();
  for (const name of names) {
    const other = seen.get(name.toLowerCase());
    if (other !== undefined)
      refuse(`${table}: columns '${other}' and '${name}' differ by case alone: databases take them for one`);
    seen.set(name.toLowerCase(), name);
  }
}

/** Two tables of one connector cannot be one table of its database. */
function physicalNames(tables: readonly TableSchema[]): void {
  const seen = new Map<string, string>();
  for (const { name, tableName, options } of tables) {
    const place = JSON.stringify([options.connector ?? null, tableName.toLowerCase()]);
    const other = seen.get(place);
    if (other !== undefined) refuse(`${other} and ${name} are both '${tableName}' in the database`);
    seen.set(place, name);
  }
}
