import { describe, expect, test } from '@jest/globals';
import type { SourceBatch } from '../../src/connectors/source.ts';
import { bigint, catalog, double, job, memoryDatabase, run, source, table } from '../../src/index.ts';
import { VanishedColumns } from '../../src/runtime/vanished-columns.ts';

/** A batch of one column. */
const batch = (values: readonly (number | null)[], more: Partial<SourceBatch> = {}): SourceBatch =>
  ({ n: values.length, rows: values.map((v) => ({ v })), rejects: [], ...more }) as unknown as SourceBatch;
const values = (n: number, value: number | null) => new Array<number | null>(n).fill(value);
/** The epochs, from 1 on, in which the column is told. */
const toldIn = (epochs: readonly (readonly (number | null)[])[], more?: Partial<SourceBatch>): number[] => {
  const columns = new VanishedColumns();
  return epochs.flatMap((epoch, i) =>
    columns.look([{ source: 's', firstSeq: 0, batch: batch(epoch, more) }], i + 1).map(() => i + 1),
  );
};

describe('a column', () => {
  test.each<[string, number[], (number | null)[][]]>([
    ['with values to the end', [], [values(100, 1), values(100, 1)]],
    ['that never had any', [], [values(100, null), values(100, null)]],
    ['that got its first later', [], [values(100, null), values(100, 1)]],
    ['that has none in an epoch after having had them', [2], [values(100, 1), values(100, null)]],
    [
      'told once',
      [2],
      [values(100, 1), values(100, null), values(100, null), values(9, 1), values(100, null)],
    ],
    ['with one value left', [], [values(100, 1), [...values(99, null), 1]]],
    [
      'in epochs of one row: when there should have been twenty',
      [21],
      [[1], ...Array.from({ length: 30 }, () => [null])],
    ],
    ['with one value in four rows', [], Array.from({ length: 200 }, (_, i) => [i % 4 === 0 ? 1 : null])],
    ['of an epoch too short to tell', [], [values(100, 1), values(19, null), values(100, 1)]],
  ])('%s', (_, told, epochs) => {
    expect(toldIn(epochs)).toEqual(told);
  });

  test('rows that are none, and those that say that a key is gone, have no values to miss', () => {
    expect(toldIn([values(100, 1), values(100, null)], { rows: [] })).toEqual([]);
    const columns = new VanishedColumns();
    columns.look([{ source: 's', firstSeq: 0, batch: batch(values(50, 1)) }], 1);
    const gone = batch(values(50, null), { deletes: Array.from({ length: 50 }, (_, i) => i) });
    expect(columns.look([{ source: 's', firstSeq: 50, batch: gone }], 2)).toEqual([]);
  });
});

test('a run tells it with source, column and epoch', async () => {
  const sale = source({ day: bigint().notNull(), amount: double(), note: double() });
  const totals = table({ day: bigint(), amount: double() }, { primaryKey: 'day' });
  const { stream } = catalog({ sale, totals }, { timeZone: 'UTC' });
  const last = job('last', stream('sale').pick('day', 'amount').keyBy('day').lastValue().into('totals'));
  const rows = Array.from({ length: 90 }, (_, day) =>
    day < 30 ? { day, amount: 1.5, note: 1 } : { day, amuont: 1.5 },
  );
  const lines: string[] = [];
  await run(last, {
    sources: { sale: rows as never },
    database: memoryDatabase(),
    epochRows: 30,
    epochMs: 0,
    log: (line) => lines.push(line),
  }).done;
  expect(lines).toEqual([
    'sale: column amount is NULL in all rows since epoch 2, and had values before: was it renamed or dropped where the rows come from?',
  ]);
});
