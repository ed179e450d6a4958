import type { TableChanges, WriteBack } from '../../connectors/database.ts';
import type { IntoNode } from '../../plan/node.ts';
import type { TableSchema } from '../../plan/schema.ts';
import { stateFingerprintOf } from '../../plan/state-identity.ts';
import { Block, decodeBlock, encodeBlock, type KeptColumn } from '../../state/checkpoint/block.ts';
import type { KeptPart } from '../../state/checkpoint/checkpoint-log.ts';
import { pack, unpack } from '../../state/checkpoint/pack.ts';
import { rowReader, rowWriter } from '../../state/checkpoint/row-form.ts';
import type { Row } from '../../values/sql-type.ts';

/** The lists of rows that an epoch's effect on a table is made of. `read` stands beside `written`, entry by entry; gone: there was no row. */
const LISTS = ['upserts', 'deletes', 'written', 'read'] as const;
type List = (typeof LISTS)[number];

const columnsOf = (table: TableSchema, list: List): readonly KeptColumn[] =>
  table.columns
    .filter(({ name }) => list !== 'deletes' || table.primaryKey.includes(name))
    .map(({ name, type }) => ({ name, type }));

/** Names a table's outbox by the table, its name in the database, and what goes into it. */
const sinkOwner = ({ input, table }: IntoNode): string =>
  JSON.stringify([table.name, table.tableName, stateFingerprintOf(input)]);

/** The table of a part of an outbox, by its name in the catalog. */
export const sinkTable = ({ owner }: Pick<KeptPart, 'owner'>): string => (JSON.parse(owner) as [string])[0];

/**
 * The parts of a checkpoint that the outboxes of these outputs are written in. Each is named by its table and by what goes into it: a table whose rows
 * would be others by an edit of the job is another's.
 */
export const sinkParts = (outputs: readonly IntoNode[]): readonly Omit<KeptPart, 'id'>[] =>
  outputs.flatMap((output) => {
    const { table, at } = output;
    return LISTS.map((name) => ({
      kind: 'sink' as const,
      owner: sinkOwner(output),
      name,
      columns: columnsOf(table, name),
      description: `table ${table.name} at ${at.file}:${at.line}`,
    }));
  });

/** A list of rows as a block. */
class RowList {
  readonly id: number;
  readonly #block: Block;
  readonly #write: (row: Row, at: number) => void;

  constructor({ id, columns }: KeptPart) {
    this.id = id;
    this.#block = new Block(columns);
    this.#write = rowWriter(
      this.#block,
      columns.map(({ name }) => name),
    );
  }

  encode(rows: readonly (Row | null)[]): { readonly part: number; readonly block: Buffer } {
    const block = this.#block.clear();
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i] as Row | null;
      if (row === null) block.gone(i);
      else this.#write(row, block.add(i));
    }
    return { part: this.id, block: encodeBlock(block) };
  }
}

/** Writes the effects of epochs on tables as bytes. */
export class OutboxWriter {
  readonly #lists = new Map<string, Readonly<Record<List, RowList>>>();

  /** @param parts those of `sinkParts`, numbered */
  constructor(parts: readonly KeptPart[]) {
    const sinks = parts.filter(({ kind }) => kind === 'sink');
    for (const table of new Set(sinks.map(sinkTable))) {
      const lists = sinks
        .filter((part) => sinkTable(part) === table)
        .map((part) => [part.name, new RowList(part)]);
      this.#lists.set(table, Object.fromEntries(lists) as Record<List, RowList>);
    }
  }

  encode(changes: readonly TableChanges[]): Buffer {
    const blocks: { readonly part: number; readonly block: Buffer }[] = [];
    for (const { table, upserts, deletes, writeBacks } of changes) {
      const lists = this.#lists.get(table.name) as Readonly<Record<List, RowList>>;
      if (upserts.length > 0) blocks.push(lists.upserts.encode(upserts));
      if (deletes.length > 0) blocks.push(lists.deletes.encode(deletes));
      if (writeBacks.length === 0) continue;
      blocks.push(lists.written.encode(writeBacks.map(({ row }) => row)));
      blocks.push(lists.read.encode(writeBacks.map(({ read }) => read)));
    }
    return pack(blocks);
  }
}

/**
 * The effects that bytes say, of these tables.
 * @throws MillraceError where the bytes are none
 */
export function decodeOutbox(
  bytes: Buffer,
  parts: readonly KeptPart[],
  tables: readonly TableSchema[],
): readonly TableChanges[] {
  const lists = new Map<string, (Row | null)[]>();
  for (const { part: id, block } of unpack(bytes)) {
    const part = parts.find((own) => own.id === id);
    if (part === undefined) continue;
    const table = tables.find(({ name }) => name === sinkTable(part));
    if (table !== undefined)
      lists.set(`${part.name} ${table.name}`, rowsOf(block, part.columns, added(table, part)));
  }
  return tables.map((table) => {
    const list = (name: List) => lists.get(`${name} ${table.name}`) ?? [];
    const read = list('read');
    const writeBacks = list('written').map(
      (row, i): WriteBack => ({ read: read[i] as Row | null, row: row as Row }),
    );
    return { table, upserts: list('upserts') as Row[], deletes: list('deletes') as Row[], writeBacks };
  });
}

/** Columns that the table has got since, each NULL. */
function added(table: TableSchema, { name, columns }: KeptPart): Row | undefined {
  const more = columnsOf(table, name as List).filter(
    (column) => !columns.some((old) => old.name === column.name),
  );
  return more.length === 0 ? undefined : Object.fromEntries(more.map((column) => [column.name, null]));
}

function rowsOf(bytes: Buffer, columns: readonly KeptColumn[], more: Row | undefined): (Row | null)[] {
  const block = decodeBlock(bytes, columns);
  const read = rowReader(
    block,
    columns.map(({ name }) => name),
  );
  let at = 0;
  return Array.from({ length: block.n }, (_, i) => {
    if (block.flags[i] === 0) return null;
    const row = read(at++);
    return more === undefined ? row : { ...row, ...more };
  });
}
