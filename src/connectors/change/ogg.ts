import type { SourceSchema } from '../../plan/schema.ts';
import { Fault } from '../format/fault.ts';
import type { ChangeReader, ChangeSpec } from './change.ts';
import { changeRows, only, replaced } from './change-rows.ts';
import { objectIn, objectOf, wordIn } from './json-object.ts';

/**
 * The JSON of Oracle GoldenGate: `before`, `after`, `op_type`.
 * https://docs.oracle.com/en/middleware/goldengate/big-data/19.1/gadbd/using-pluggable-formatters.html
 */
export function oggReader(schema: SourceSchema, spec: ChangeSpec): ChangeReader {
  const rows = changeRows(schema, spec);
  return (value) => {
    if (value === null) return [];
    const message = objectOf(value);
    if (message instanceof Fault) return message;
    if (spec.table !== undefined && wordIn(message, 'table') !== spec.table) return [];
    const [before, after] = [objectIn(message, 'before'), objectIn(message, 'after')];
    if (before instanceof Fault) return before;
    if (after instanceof Fault) return after;
    const type = wordIn(message, 'op_type');
    switch (type) {
      case 'I':
      case 'U':
        if (after === undefined) return new Fault(`op_type '${type}' without 'after'`);
        return type === 'I' || before === undefined
          ? only(rows.upsert(after))
          : replaced(rows, before, after);
      case 'D':
        if (before === undefined) return new Fault("op_type 'D' without 'before'");
        return only(rows.remove(before));
      default:
        return new Fault(
          type === '' ? "no 'op_type': not a message of GoldenGate" : `op_type '${type}' cannot be applied`,
        );
    }
  };
}
