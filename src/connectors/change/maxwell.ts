import type { SourceSchema } from '../../plan/schema.ts';
import { Fault } from '../format/fault.ts';
import type { ChangeReader, ChangeSpec } from './change.ts';
import { changeRows, only, replaced } from './change-rows.ts';
import { objectIn, objectOf, overlaid, wordIn } from './json-object.ts';

/** Messages that leave the rows of a table as they are. */
const NO_ROWS = /^(bootstrap-(start|complete)|(table|database)-(create|alter))$/;

/**
 * Maxwell's JSON: `data` is the row, `old` has the columns that an update changed.
 * https://maxwells-daemon.io/dataformat/
 */
export function maxwellReader(schema: SourceSchema, spec: ChangeSpec): ChangeReader {
  const rows = changeRows(schema, spec);
  return (value) => {
    if (value === null) return [];
    const message = objectOf(value);
    if (message instanceof Fault) return message;
    const table = `${wordIn(message, 'database')}.${wordIn(message, 'table')}`;
    if (spec.table !== undefined && table !== spec.table) return [];
    const type = wordIn(message, 'type');
    if (NO_ROWS.test(type)) return [];
    if (!['insert', 'bootstrap-insert', 'update', 'delete'].includes(type))
      return new Fault(
        type === '' ? "no 'type': not a message of Maxwell" : `type '${type}' cannot be applied`,
      );
    const [data, old] = [objectIn(message, 'data'), objectIn(message, 'old')];
    if (data instanceof Fault) return data;
    if (old instanceof Fault) return old;
    if (data === undefined) return new Fault(`type '${type}' without 'data'`);
    if (type === 'delete') return only(rows.remove(data));
    if (type !== 'update' || old === undefined) return only(rows.upsert(data));
    const before = overlaid(data, old);
    return before instanceof Fault ? before : replaced(rows, before, data);
  };
}
