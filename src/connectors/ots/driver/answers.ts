// What the driver answers, as the port says it.
import { faultOfCode, OtsFault } from '../ots-fault.ts';
import type { OtsColumnType, OtsKey, OtsKeyType, OtsRow, OtsTable, OtsValue } from '../ots-port.ts';

/** A row of a range. */
export interface AnsweredRow {
  readonly primaryKey: readonly { readonly name: string; readonly value: unknown }[];
  readonly attributes: readonly {
    readonly columnName: string;
    readonly columnValue: unknown;
    readonly timestamp: { toString(): string };
  }[];
}

/** A row of a batch: of a missing one the parts are null. */
export interface AnsweredItem {
  readonly isOk: boolean;
  readonly errorCode: string | null;
  readonly errorMessage: string | null;
  readonly primaryKey: AnsweredRow['primaryKey'] | null;
  readonly attributes: AnsweredRow['attributes'] | null;
}

/** DescribeTable. */
export interface AnsweredTable {
  readonly tableMeta: {
    readonly primaryKey: readonly {
      readonly name: string;
      readonly type: number;
      readonly option?: number;
    }[];
    readonly definedColumn: readonly { readonly name: string; readonly type: number }[];
  };
  readonly tableOptions: {
    readonly timeToLive?: number;
    readonly allowUpdate?: boolean;
  };
}

const portValue = (value: unknown): OtsValue =>
  // The driver's 64-bit integers: exact as text alone.
  typeof value === 'object' && !(value instanceof Uint8Array) ? BigInt(String(value)) : (value as OtsValue);

/** A primary key. */
export const keyFrom = (key: AnsweredRow['primaryKey']): OtsKey =>
  key.map(({ name, value }) => [name, portValue(value)] as const);

/** A row. */
export function rowFrom({ primaryKey, attributes }: AnsweredRow): OtsRow {
  const cells = new Map<string, OtsValue>();
  // Of several versions of a column the newest comes first.
  for (const { columnName, columnValue } of attributes)
    if (!cells.has(columnName)) cells.set(columnName, portValue(columnValue));
  return { key: keyFrom(primaryKey), cells };
}

/** The fault of a row in a batch; undefined where it went well. */
export const faultFrom = ({ isOk, errorCode, errorMessage }: AnsweredItem): OtsFault | undefined =>
  isOk ? undefined : faultOfCode(errorCode ?? 'OTSUnknown', errorMessage ?? '');

const KEY_TYPES: readonly (OtsKeyType | undefined)[] = [undefined, 'INTEGER', 'STRING', 'BINARY'];
const COLUMN_TYPES = new Map<number, OtsColumnType>([
  [1, 'INTEGER'],
  [2, 'DOUBLE'],
  [3, 'BOOLEAN'],
  [4, 'STRING'],
  [7, 'BINARY'],
]);

/** A table. */
export function tableFrom({ tableMeta, tableOptions }: AnsweredTable): OtsTable {
  return {
    // Its messages have defaults for what is not there.
    key: tableMeta.primaryKey.map((column) => ({
      name: column.name,
      type: KEY_TYPES[column.type] ?? unknown(column.name),
      increments: Object.hasOwn(column, 'option'),
    })),
    declared: tableMeta.definedColumn.map(({ name, type }) => ({
      name,
      type: COLUMN_TYPES.get(type) ?? unknown(name),
    })),
    timeToLive: tableOptions.timeToLive ?? -1,
    // Absent, as tables of before this setting: they allow it.
    allowsUpdate: !Object.hasOwn(tableOptions, 'allowUpdate') || tableOptions.allowUpdate === true,
  };
}

const unknown = (name: string): never => {
  throw new OtsFault('final', `column ${name} has a type that is not known here`);
};
