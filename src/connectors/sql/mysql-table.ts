import type { RawRow, Session } from './session.ts';
import type { ColumnDescription, StoredFamily, TableDescription } from './table-description.ts';

const FAMILIES: Readonly<Record<string, readonly StoredFamily[]>> = {
  tinyint: ['integer', 'boolean'],
  smallint: ['integer'],
  mediumint: ['integer'],
  int: ['integer'],
  bigint: ['integer'],
  double: ['double'],
  float: ['float'],
  decimal: ['decimal'],
  char: ['text'],
  varchar: ['text'],
  tinytext: ['text'],
  text: ['text'],
  mediumtext: ['text'],
  longtext: ['text'],
  datetime: ['timestamp'],
  timestamp: ['timestamp'],
  date: ['date'],
};

/** What a MySQL or MariaDB database holds under a name. */
export async function describeMysqlTable(
  session: Session,
  table: string,
): Promise<TableDescription | undefined> {
  const [found] = await session.rows(
    `SELECT t.engine AS engine, COALESCE(e.transactions, 'YES') AS transactions
     FROM information_schema.tables t LEFT JOIN information_schema.engines e ON e.engine = t.engine
     WHERE t.table_schema = DATABASE() AND t.table_name = ?`,
    [table],
  );
  if (!found) return undefined;
  const columns = await session.rows(
    `SELECT column_name AS name, data_type AS family, column_type AS type, is_nullable AS nullable,
       column_default AS filled, extra AS extra, collation_name AS collation,
       numeric_precision AS digits, COALESCE(datetime_precision, numeric_scale) AS scale
     FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = ? ORDER BY ordinal_position`,
    [table],
  );
  const indexes = await session.rows(
    `SELECT index_name AS name, column_name AS col, sub_part AS part FROM information_schema.statistics
     WHERE table_schema = DATABASE() AND table_name = ? AND non_unique = 0 ORDER BY index_name, seq_in_index`,
    [table],
  );
  const key = indexes.filter(({ name }) => name === 'PRIMARY');
  const prefixes = new Map(key.filter(({ part }) => part !== null).map(({ col, part }) => [col, part]));
  return {
    columns: columns.map((column) => describeColumn(column, prefixes.get(column.name))),
    primaryKey: key.map(({ col }) => String(col)),
    unwritable: [
      ...(found.transactions === 'YES'
        ? []
        : [
            `its engine ${found.engine} has no transactions: ALTER TABLE \`${table.replaceAll('`', '``')}\` ENGINE=InnoDB`,
          ]),
      // ON DUPLICATE KEY UPDATE takes any unique index, and would overwrite the row of another key.
      ...[...new Set(indexes.map(({ name }) => String(name)))]
        .filter((name) => name !== 'PRIMARY')
        .map(
          (name) =>
            `its unique index ${name} besides the primary key could make an upsert replace another row`,
        ),
    ],
  };
}

function describeColumn(column: RawRow, prefix: unknown): ColumnDescription {
  const extra = String(column.extra).toLowerCase();
  const family = String(column.family).toLowerCase();
  return {
    name: String(column.name),
    type: String(column.type),
    families: FAMILIES[family] ?? ['other'],
    precision: column.digits === null ? undefined : Number(column.digits),
    scale: column.scale === null ? undefined : Number(column.scale),
    nullable: column.nullable === 'YES',
    // MariaDB writes the default NULL as a text.
    filled: (column.filled !== null && column.filled !== 'NULL') || /auto_increment|generated/.test(extra),
    merges: mergesOf(family, column.collation, prefix),
  };
}

function mergesOf(family: string, collation: unknown, prefix: unknown): string | undefined {
  if (collation === null) return undefined;
  if (prefix !== undefined) return `the key takes its first ${prefix} characters alone`;
  if (family === 'char') return 'CHAR cuts blanks at the end';
  const name = String(collation);
  if (name.endsWith('_nopad_bin') || name === 'utf8mb4_0900_bin') return undefined;
  if (name.endsWith('_bin')) return `its collation ${name} ignores blanks at the end`;
  return `its collation is ${name}`;
}
