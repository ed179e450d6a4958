import { show } from '../../values/show.ts';
import { OtsFault } from './ots-fault.ts';
import type { OtsKey, OtsPort, OtsValue } from './ots-port.ts';

/** The port, whose faults that do not pass say which table, and which row where it is one: those that pass are told without. */
export function sayingWhere(port: OtsPort): OtsPort {
  const named = async <T>(table: string, call: Promise<T>): Promise<T> => {
    try {
      return await call;
    } catch (error) {
      throw error instanceof OtsFault ? at(error, `table ${table}`) : error;
    }
  };
  const row = (table: string, fault: OtsFault, key: OtsKey | undefined) =>
    at(fault, `table ${table}, key ${showKey(key ?? [])}`);
  return {
    describe: (table) => named(table, port.describe(table)),
    create: (table, key) => named(table, port.create(table, key)),
    read: async (table, keys) => {
      const rows = await named(table, port.read(table, keys));
      return rows.map((found, i) => (found instanceof OtsFault ? row(table, found, keys[i]) : found));
    },
    write: async (table, writes) => {
      const faults = await named(table, port.write(table, writes));
      return faults.map((fault, i) => fault && row(table, fault, writes[i]?.key));
    },
    range: (table, from, key, limit) => named(table, port.range(table, from, key, limit)),
    close: () => port.close(),
  };
}

const at = (fault: OtsFault, where: string): OtsFault =>
  fault.kind === 'away' || fault.kind === 'condition'
    ? fault
    : new OtsFault(fault.kind, `${where}: ${fault.message}`, fault);

/** A key as messages show it. */
export const showKey = (key: OtsKey): string =>
  key.map(([name, value]) => `${name} ${shown(value)}`).join(', ');

const shown = (value: OtsValue): string => (typeof value === 'bigint' ? String(value) : show(value));
