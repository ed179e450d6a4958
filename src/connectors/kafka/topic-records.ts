import { failed } from '../../errors.ts';
import type { TableSchema } from '../../plan/schema.ts';
import { jsonText } from '../../values/edge.ts';
import type { Row } from '../../values/sql-type.ts';
import { Fault } from '../format/fault.ts';
import { jsonMessage } from '../format/json-message.ts';
import type { OutgoingRecord } from './kafka-writer-port.ts';
import { keyPartition } from './key-partition.ts';

/** How the rows of a table are written to its topic, and read again. */
export interface TopicRecords {
  /** The record of a row: its key is the primary key's object, its value that of all columns. */
  put(row: Row, partitions: number): OutgoingRecord;
  /** The record that says that the row of a key is gone. */
  remove(key: Row, partitions: number): OutgoingRecord;
  /** The row of a record's value. Exit 1 where it is none: another program writes to the topic. */
  row(value: Uint8Array, at: string): Row;
  /** The primary key's columns of a record's key. Exit 1 as before. */
  key(key: Uint8Array | null, at: string): Row;
}

/** The records of a table: JSON that a source of the format `json` or `upsert` reads exactly. */
export function topicRecords(table: TableSchema, topic: string): TopicRecords {
  const columns = table.columns.map((column) => ({ ...column, from: 'text' as const }));
  const keyColumns = table.primaryKey.flatMap((name) => columns.filter((column) => column.name === name));
  const keyed = (row: Row, partitions: number, value: Uint8Array | null): OutgoingRecord => {
    const key = Buffer.from(jsonText(keyColumns, row));
    return { topic, partition: keyPartition(key, partitions), key, value };
  };
  const reader = (of: typeof columns) => {
    const read = jsonMessage({
      schema: { kind: 'source', name: table.name, columns: of, options: {} },
      keep: of.map(({ name }) => name),
    });
    return (bytes: Uint8Array | null, at: string): Row => {
      const row = read(bytes);
      if (row instanceof Fault)
        throw failed(`table ${table.name}: ${at} is none of its rows: ${row.reason}${inColumn(row)}`);
      return row;
    };
  };
  return {
    put: (row, partitions) => keyed(row, partitions, Buffer.from(jsonText(columns, row))),
    remove: (key, partitions) => keyed(key, partitions, null),
    row: reader(columns),
    key: reader(keyColumns),
  };
}

const inColumn = ({ column }: Fault): string => (column === undefined ? '' : ` (column ${column})`);
