import type { SourceSchema } from '../../plan/schema.ts';
import { Fault } from '../format/fault.ts';
import type { JsonLine } from '../format/json-row.ts';
import type { Change, ChangeReader, ChangeSpec } from './change.ts';
import { changeRows, each, only, replaced } from './change-rows.ts';
import { objectOf, objectsIn, overlaid, wordIn } from './json-object.ts';

/** Statements that leave the rows of a table as they are. */
const NO_ROWS = ['CREATE', 'ALTER', 'CINDEX', 'DINDEX', 'QUERY', 'RENAME'];

/**
 * Canal's flat JSON: `data` and `old` are arrays, `old` has the columns that an update changed, values are texts.
 * https://github.com/alibaba/canal/wiki/Canal-Kafka-RocketMQ-QuickStart
 */
export function canalReader(schema: SourceSchema, spec: ChangeSpec): ChangeReader {
  const rows = changeRows(schema, spec);
  const updated = (now: JsonLine, old: JsonLine | undefined): readonly Change[] | Fault => {
    if (old === undefined) return only(rows.upsert(now));
    const before = overlaid(now, old);
    return before instanceof Fault ? before : replaced(rows, before, now);
  };
  return (value) => {
    if (value === null) return [];
    const message = objectOf(value);
    if (message instanceof Fault) return message;
    const table = `${wordIn(message, 'database')}.${wordIn(message, 'table')}`;
    if (spec.table !== undefined && table !== spec.table) return [];
    const type = wordIn(message, 'type').toUpperCase();
    if (NO_ROWS.includes(type)) return [];
    const [data, old] = [objectsIn(message, 'data'), objectsIn(message, 'old')];
    if (data instanceof Fault) return data;
    if (old instanceof Fault) return old;
    if (!['INSERT', 'UPDATE', 'DELETE'].includes(type))
      return new Fault(
        type === '' ? "no 'type': not a message of Canal" : `type '${type}' cannot be applied`,
      );
    if (data === undefined) return new Fault(`type '${type}' without 'data'`);
    return each(data, (row, i) => {
      if (type === 'UPDATE') return updated(row, old?.[i]);
      return only(type === 'INSERT' ? rows.upsert(row) : rows.remove(row));
    });
  };
}
