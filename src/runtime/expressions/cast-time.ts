import { DAY } from '../../values/civil.ts';
import type { SqlType } from '../../values/sql-type.ts';
import { FIRST_TIMESTAMP, LAST_TIMESTAMP } from '../../values/timestamp.ts';
import type { Cast } from './cast-number.ts';

/** The cast between TIMESTAMP(3) and DATE (its day in UTC; its midnight) or integers (epoch milliseconds); undefined where there is none. */
export function timeCast(from: SqlType, to: SqlType): Cast | undefined {
  switch (`${from} ${to}`) {
    case 'TIMESTAMP(3) DATE':
      return (value) => Math.floor((value as number) / DAY);
    case 'DATE TIMESTAMP(3)':
      return (value) => (value as number) * DAY;
    case 'TIMESTAMP(3) BIGINT':
      return (value) => value;
    case 'TIMESTAMP(3) BIGINT(bigint)':
      return (value) => BigInt(value as number);
    case 'BIGINT TIMESTAMP(3)':
    case 'BIGINT(bigint) TIMESTAMP(3)':
      return (value) => {
        const millis = Number(value);
        return millis >= FIRST_TIMESTAMP && millis <= LAST_TIMESTAMP ? millis : undefined;
      };
    default:
      return undefined;
  }
}
