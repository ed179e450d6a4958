import type { TableSchema } from '../../plan/schema.ts';
import type { Dialect } from './dialect.ts';

/** The statement that creates a table as the catalog declares it. Key columns are never NULL. */
export function createTable(dialect: Dialect, table: TableSchema): string {
  const key = new Set(table.primaryKey);
  const columns = table.columns.map((column) => {
    const required = key.has(column.name) || !column.nullable;
    const type = dialect.typeOf(column, key.has(column.name));
    return `${dialect.quote(column.name)} ${type}${required ? ' NOT NULL' : ' NULL'}`;
  });
  const primaryKey = table.primaryKey.map((name) => dialect.quote(name)).join(', ');
  return `CREATE TABLE IF NOT EXISTS ${dialect.quote(table.tableName)} (${columns.join(', ')}, PRIMARY KEY (${primaryKey}))${
    dialect.tableOptions
  }`;
}

/** Why the database cannot hold a table of these names: one entry for each name. */
export function refusedNames(dialect: Dialect, table: TableSchema): readonly string[] {
  const refuse = (what: string, name: string): string[] => {
    const reason =
      name === '' ? 'is empty' : /[?\0]/.test(name) ? 'holds a ? or U+0000' : dialect.refuseName(name);
    return reason === undefined ? [] : [`${what} '${name}' ${reason}`];
  };
  return [
    ...refuse('the name', table.tableName),
    ...table.columns.flatMap(({ name }) => refuse('the column name', name)),
  ];
}
