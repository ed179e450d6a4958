import type { SourceSchema } from '../../plan/schema.ts';
import { Fault } from '../format/fault.ts';
import type { JsonLine } from '../format/json-row.ts';
import type { ChangeReader, ChangeSpec } from './change.ts';
import { changeRows, only, replaced } from './change-rows.ts';
import { objectIn, objectOf, wordIn } from './json-object.ts';

/** `db.table`, of PostgreSQL `db.schema.table`. */
function tableOf(envelope: JsonLine): string {
  const source = objectIn(envelope, 'source');
  if (source === undefined || source instanceof Fault) return '';
  return ['db', 'schema', 'table'].flatMap((name) => wordIn(source, name) || []).join('.');
}

/**
 * Debezium's JSON, with its schema or without: `before`, `after`, `op`. A message without a value (the tombstone behind a delete) says nothing.
 * https://debezium.io/documentation/reference/stable/connectors/mysql.html#mysql-events
 */
export function debeziumReader(schema: SourceSchema, spec: ChangeSpec): ChangeReader {
  const rows = changeRows(schema, spec);
  return (value) => {
    if (value === null) return [];
    const message = objectOf(value);
    if (message instanceof Fault) return message;
    const envelope = 'payload' in message.value ? objectIn(message, 'payload') : message;
    if (envelope === undefined) return [];
    if (envelope instanceof Fault) return envelope;
    if (spec.table !== undefined && tableOf(envelope) !== spec.table) return [];
    const [before, after] = [objectIn(envelope, 'before'), objectIn(envelope, 'after')];
    if (before instanceof Fault) return before;
    if (after instanceof Fault) return after;
    const op = wordIn(envelope, 'op');
    switch (op) {
      case 'c':
      case 'r':
      case 'u':
        if (after === undefined) return new Fault(`op '${op}' without 'after'`);
        return before === undefined || op !== 'u' ? only(rows.upsert(after)) : replaced(rows, before, after);
      case 'd':
        if (before === undefined)
          return new Fault("op 'd' without 'before': PostgreSQL needs a REPLICA IDENTITY that has the key");
        return only(rows.remove(before));
      default:
        return new Fault(op === '' ? "no 'op': not a message of Debezium" : `op '${op}' cannot be applied`);
    }
  };
}
