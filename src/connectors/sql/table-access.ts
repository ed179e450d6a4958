import type { Row } from '../../values/sql-type.ts';
import type { WriteBack } from '../database.ts';
import type { BoundTable } from './bound-table.ts';
import { finder } from './lookup.ts';
import { rowReader, selectList } from './read-row.ts';
import { remover } from './remove.ts';
import type { Session } from './session.ts';
import { upserter } from './upsert.ts';
import { writeBacker } from './write-back.ts';

/** All that is done to one table, its statements made once. */
export interface TableAccess {
  upsert(session: Session, rows: readonly Row[]): Promise<void>;
  remove(session: Session, rows: readonly Row[]): Promise<void>;
  /** How many write-backs were overtaken. */
  writeBack(session: Session, writeBacks: readonly WriteBack[]): Promise<number>;
  /** The rows of keys, by place. */
  find(session: Session, keys: readonly Row[]): Promise<readonly (Row | null)[]>;
  /** All rows by primary key, at most `limit`. */
  all(session: Session, limit?: number): Promise<readonly Row[]>;
}

/** Makes the statements of a table; `writtenBack`: the job looks it up and writes it. */
export function tableAccess(label: string, table: BoundTable, writtenBack: boolean): TableAccess {
  const order = table.keys.map(({ name }) => name).join(', ');
  const select = `SELECT ${selectList(table)} FROM ${table.name} ORDER BY ${order}`;
  const read = rowReader(label, table, false);
  return {
    upsert: upserter(table),
    remove: remover(table),
    writeBack: writeBacker(table),
    find: finder(label, table, writtenBack),
    all: async (session, limit) => {
      const raws = await session.rows(limit === undefined ? select : `${select} LIMIT ${Math.floor(limit)}`);
      return raws.map(read.row);
    },
  };
}
