import type { SourceSchema } from '../../plan/schema.ts';
import { Fault } from '../format/fault.ts';
import type { ChangeReader, ChangeSpec } from './change.ts';
import { changeRows, only } from './change-rows.ts';
import { objectOf, overlaid } from './json-object.ts';

/** A topic that is compacted by key: the value is the key's row, with the columns of the key or without; no value: it is gone. Key and value are JSON objects. */
export function upsertReader(schema: SourceSchema, spec: ChangeSpec): ChangeReader {
  const rows = changeRows(schema, spec);
  return (value, key) => {
    if (key === null) return new Fault('the message has no key');
    const keyed = objectOf(key);
    if (keyed instanceof Fault) return new Fault(`the key: ${keyed.reason}`, keyed.column);
    const gone = rows.remove(keyed);
    if (value === null) return only(gone);
    const row = objectOf(value);
    if (row instanceof Fault) return row;
    const whole = overlaid(keyed, row);
    const now = whole instanceof Fault ? whole : rows.upsert(whole);
    // A tombstone of the message's key would never remove such a row.
    if (!(gone instanceof Fault || now instanceof Fault || rows.sameKey(gone, now)))
      return new Fault('the value is of another key than the message');
    return only(now);
  };
}
