// What the driver takes, made of what the port says.
import type { ColumnCondition, default as TableStore, Value } from 'tablestore';
import type { OtsCell, OtsCondition, OtsKey, OtsValue } from '../ots-port.ts';

type Sdk = typeof TableStore;

/** A value as the driver takes it: of its numbers those that are `number` are DOUBLE. */
export const sdkValue = (sdk: Sdk, value: OtsValue): Value => {
  if (typeof value === 'bigint') return sdk.Long.fromString(String(value));
  return value instanceof Uint8Array ? Buffer.from(value) : value;
};

const cellOf = (sdk: Sdk, [name, value]: OtsCell) => ({ [name]: sdkValue(sdk, value) });

/** A primary key. */
export const keyOf = (sdk: Sdk, key: OtsKey): object[] => key.map((cell) => cellOf(sdk, cell));

/** The least value of a type: what is there is not below it. */
const least = (value: OtsValue): OtsValue => {
  switch (typeof value) {
    case 'bigint':
      return -(2n ** 63n);
    case 'number':
      return -Number.MAX_VALUE;
    case 'boolean':
      return false;
    default:
      return '';
  }
};

/** The condition of a write; undefined: none. */
export function conditionOf(sdk: Sdk, condition: OtsCondition | undefined): object {
  const { IGNORE, EXPECT_EXIST, EXPECT_NOT_EXIST } = sdk.RowExistenceExpectation;
  if (condition === undefined) return new sdk.Condition(IGNORE, null);
  if (!condition.exists) return new sdk.Condition(EXPECT_NOT_EXIST, null);
  const { EQUAL, GREATER_EQUAL } = sdk.ComparatorType;
  const parts: ColumnCondition[] = condition.equal.map(
    ([name, value]) => new sdk.SingleColumnCondition(name, sdkValue(sdk, value), EQUAL, false),
  );
  for (const [name, value] of condition.absent) {
    const not = new sdk.CompositeCondition(sdk.LogicalOperator.NOT);
    const present = sdkValue(sdk, least(value));
    not.addSubCondition(new sdk.SingleColumnCondition(name, present, GREATER_EQUAL, false));
    parts.push(not);
  }
  const [first] = parts;
  if (first === undefined || parts.length === 1) return new sdk.Condition(EXPECT_EXIST, first ?? null);
  const all = new sdk.CompositeCondition(sdk.LogicalOperator.AND);
  for (const part of parts) all.addSubCondition(part);
  return new sdk.Condition(EXPECT_EXIST, all);
}
