import type { RawRow, Session } from './session.ts';
import type { ColumnDescription, StoredFamily, TableDescription } from './table-description.ts';

const FAMILIES: Readonly<Record<string, readonly StoredFamily[]>> = {
  int2: ['integer'],
  int4: ['integer'],
  int8: ['integer'],
  float8: ['double'],
  float4: ['float'],
  numeric: ['decimal'],
  text: ['text'],
  varchar: ['text'],
  bpchar: ['text'],
  citext: ['text'],
  bool: ['boolean'],
  timestamp: ['timestamp'],
  timestamptz: ['timestamp'],
  date: ['date'],
};

/** What a PostgreSQL database holds under a name, found along the search path. */
export async function describePostgresTable(
  session: Session,
  table: string,
): Promise<TableDescription | undefined> {
  const columns = await session.rows(
    `SELECT a.attname AS name, t.typname AS family, format_type(a.atttypid, a.atttypmod) AS type, a.atttypmod AS modifier,
       a.attnotnull AS required, a.atthasdef OR a.attidentity <> '' AS filled,
       c.collname AS collation, COALESCE(c.collisdeterministic, true) AS exact,
       array_position(i.indkey::int2[], a.attnum) AS place
     FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
       LEFT JOIN pg_collation c ON c.oid = a.attcollation
       LEFT JOIN pg_index i ON i.indrelid = a.attrelid AND i.indisprimary
     WHERE a.attrelid = to_regclass(quote_ident(?)) AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum`,
    [table],
  );
  if (columns.length === 0) return undefined;
  const [relation] = await session.rows(
    'SELECT relpersistence AS kept, oid::regclass::text AS name FROM pg_class WHERE oid = to_regclass(quote_ident(?))',
    [table],
  );
  const key = columns.filter(({ place }) => place !== null).sort((a, b) => Number(a.place) - Number(b.place));
  return {
    columns: columns.map(describeColumn),
    primaryKey: key.map(({ name }) => String(name)),
    // The fence would outlive its rows.
    unwritable:
      relation?.kept === 'u'
        ? [`it is UNLOGGED, and empty after a crash of the server: ALTER TABLE ${relation.name} SET LOGGED`]
        : [],
  };
}

function describeColumn(column: RawRow): ColumnDescription {
  const family = String(column.family);
  const modifier = Number(column.modifier);
  const { precision, scale } = digitsOf(family, modifier);
  return {
    name: String(column.name),
    type: String(column.type),
    families: FAMILIES[family] ?? ['other'],
    precision,
    scale,
    nullable: column.required === 'f',
    filled: column.filled === 't',
    merges: mergesOf(family, column),
  };
}

function digitsOf(family: string, modifier: number): { precision?: number; scale?: number } {
  if (family === 'numeric')
    return modifier < 0 ? {} : { precision: ((modifier - 4) >> 16) & 0xffff, scale: (modifier - 4) & 0xffff };
  // Without a modifier: microseconds.
  return family.startsWith('timestamp') ? { scale: modifier < 0 ? 6 : modifier } : {};
}

function mergesOf(family: string, column: RawRow): string | undefined {
  if (family === 'bpchar') return 'CHAR ignores blanks at the end';
  if (family === 'citext') return 'CITEXT ignores case';
  return column.exact === 'f' ? `its collation ${column.collation} is not deterministic` : undefined;
}
