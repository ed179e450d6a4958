import type { Session } from './session.ts';
import type { ColumnDescription, StoredFamily, TableDescription } from './table-description.ts';

/** What a SQLite file holds under a name: types by the affinity that SQLite derives from the declared one. */
export async function describeSqliteTable(
  session: Session,
  table: string,
): Promise<TableDescription | undefined> {
  const columns = await session.rows(
    'SELECT name, type, "notnull" AS required, dflt_value AS filled, pk, hidden FROM pragma_table_xinfo(?)',
    [table],
  );
  if (columns.length === 0) return undefined;
  const merging = new Map<unknown, unknown>();
  const indexes = `SELECT x.name, x.coll FROM pragma_index_list(?) AS l, pragma_index_xinfo(l.name) AS x WHERE l.origin = 'pk' AND x.key = 1 AND x.coll <> 'BINARY'`;
  for (const { name, coll } of await session.rows(indexes, [table])) merging.set(name, coll);
  const key = columns.filter(({ pk }) => pk !== 0).sort((a, b) => Number(a.pk) - Number(b.pk));
  return {
    columns: columns.map((column): ColumnDescription => {
      const type = String(column.type);
      const families = familiesOf(type);
      const collation = merging.get(column.name);
      return {
        name: String(column.name),
        type: type === '' ? 'without a type' : type,
        families,
        precision: undefined,
        scale: undefined,
        nullable: column.required === 0,
        filled: column.filled !== null || column.hidden !== 0,
        merges: collation === undefined ? undefined : `its collation is ${collation}`,
      };
    }),
    primaryKey: key.map(({ name }) => String(name)),
    unwritable: [],
  };
}

/** SQLite's rules of affinity, in their order; and what an affinity keeps exactly. */
function familiesOf(declared: string): readonly StoredFamily[] {
  const type = declared.toUpperCase();
  if (type.includes('INT')) return ['integer', 'boolean'];
  if (/CHAR|CLOB|TEXT/.test(type)) return ['text', 'decimal', 'timestamp', 'date'];
  if (type === '' || type.includes('BLOB')) return ['other'];
  if (/REAL|FLOA|DOUB/.test(type)) return ['double'];
  // Numeric affinity makes numbers of texts that look like one; times and dates do not.
  if (type.startsWith('BOOL')) return ['boolean'];
  if (/^(DATETIME|TIMESTAMP)/.test(type)) return ['timestamp'];
  return type === 'DATE' ? ['date'] : ['other'];
}
