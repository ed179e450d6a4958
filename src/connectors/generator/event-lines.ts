import type { ColumnSchema } from '../../plan/schema.ts';
import { formatDate } from '../../values/date.ts';
import { formatDecimal } from '../../values/decimal.ts';
import { decimalOf, type Value } from '../../values/sql-type.ts';
import { formatTimestamp } from '../../values/timestamp.ts';
import { isTime, type Moment, makerOf } from './makers.ts';
import type { World } from './world.ts';

/** What is wrong with an event that is bad on purpose. */
export type Flaw = 'wrong type' | 'broken JSON' | 'time beyond range';
/** In turn. */
export const FLAWS: readonly Flaw[] = ['wrong type', 'broken JSON', 'time beyond range'];

/** A time in milliseconds that no calendar has: beyond the year 9999. */
const BEYOND = 9_000_000_000_000_000;

/** Writes events of a source as lines of NDJSON. */
export function eventLines(
  columns: readonly ColumnSchema[],
): (world: World, moment: Moment, flaw: Flaw | undefined) => string {
  const members = columns.map((column) => {
    const make = makerOf(column);
    const toJson = jsonOf(column);
    const key = JSON.stringify(column.name);
    return { key, column, json: (world: World, moment: Moment) => toJson(make(world, moment)) };
  });
  // A number that is written as text, or, where no column is one, a text that is written as a number.
  const mistyped = columns.find(({ type }) => type === 'DOUBLE' || type === 'BIGINT') ?? columns[0];
  const hasTime = columns.some(isTime);

  function jsonWithFlaw(column: ColumnSchema, json: string, flaw: Flaw | undefined): string {
    if (flaw === 'time beyond range' && isTime(column)) return String(BEYOND);
    const mistype = flaw === 'wrong type' || (flaw === 'time beyond range' && !hasTime);
    if (mistype && column === mistyped) return column.type === 'VARCHAR' ? '12.5' : '"n/a"';
    return json;
  }

  return (world, moment, flaw) => {
    let line = '{';
    for (const { key, column, json } of members)
      line += `${line.length > 1 ? ',' : ''}${key}:${jsonWithFlaw(column, json(world, moment), flaw)}`;
    return flaw === 'broken JSON' ? `${line.slice(0, Math.ceil(line.length / 2))}\n` : `${line}}\n`;
  };
}

/** How records of a source write the values of a column. */
function jsonOf({ type, from }: ColumnSchema): (value: Value) => string {
  const scale = decimalOf(type)?.scale;
  return (value) => {
    if (value === null) return 'null';
    if (scale !== undefined) return `"${formatDecimal(value as bigint, scale)}"`;
    if (type === 'DATE') return `"${formatDate(value as number)}"`;
    if (type !== 'TIMESTAMP(3)' || from === 'millis')
      return typeof value === 'string' ? JSON.stringify(value) : String(value);
    return from === 'seconds' ? String((value as number) / 1000) : `"${formatTimestamp(value as number)}"`;
  };
}
