import type { Asked } from './asked.ts';
import { OtsFault } from './ots-fault.ts';
import { MOST_READ, type OtsKey, type OtsPort, type OtsRow, type OtsTable } from './ots-port.ts';
import { parallel } from './parallel.ts';

/** Rows that one request of a range can answer. */
const MOST_IN_RANGE = 5000;

/** The rows of keys, no two alike, by place; null: there is none. Those that could not be read are read again, alone. */
export async function readRows(
  port: OtsPort,
  table: string,
  keys: readonly OtsKey[],
  asked: Asked,
): Promise<readonly (OtsRow | null)[]> {
  const starts = Array.from({ length: Math.ceil(keys.length / MOST_READ) }, (_, i) => i * MOST_READ);
  const found = await parallel(starts, async (start) => {
    const part = keys.slice(start, start + MOST_READ);
    const rows: (OtsRow | null)[] = [];
    let open = part.map((_, place) => place);
    await asked(async () => {
      const results = await port.read(
        table,
        open.map((place) => part[place] as OtsKey),
      );
      const faults: OtsFault[] = [];
      open = open.filter((place, i) => {
        const result = results[i];
        if (result instanceof OtsFault) return faults.push(result) > 0;
        rows[place] = result ?? null;
        return false;
      });
      throwFirst(faults);
    });
    return rows;
  });
  return found.flat();
}

/** Of the faults of some rows the one that counts: one that does not pass before those that do. */
export function throwFirst(faults: readonly OtsFault[]): void {
  const fault = faults.find(({ kind }) => kind !== 'away') ?? faults[0];
  if (fault) throw fault;
}

/** The rows of a table in primary key order, in parts. */
export async function* scanRows(
  port: OtsPort,
  table: string,
  key: OtsTable['key'],
  limit: number,
  asked: Asked,
): AsyncGenerator<readonly OtsRow[]> {
  let left = limit;
  let from: OtsKey | undefined;
  while (left > 0) {
    const start = from;
    const most = Math.min(left, MOST_IN_RANGE);
    const { rows, next } = await asked(() => port.range(table, start, key, most));
    yield rows;
    left -= rows.length;
    if (next === undefined) return;
    from = next;
  }
}
