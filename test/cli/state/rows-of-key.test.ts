import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { rowsOfKey } from '../../../src/cli/state/rows-of-key.ts';
import { type StateFacts, stateFacts } from '../../../src/cli/state/state-facts.ts';
import { readCheckpoint } from '../../../src/state/checkpoint/read-checkpoint.ts';
import {
  lastBy,
  type Mark,
  operatorIn,
  plan,
  type RichState,
  richState,
  type Sale,
  sales,
} from './rich-state.ts';

jest.setTimeout(60_000);
const rows = sales(500, 60);

describe.each([
  ['a log', undefined],
  ['a snapshot and a log', 20_000],
])('rowsOfKey over %s', (_, snapshotAfter) => {
  let state: RichState;
  let facts: StateFacts;
  const read = <T>(work: Parameters<typeof readCheckpoint<T>>[1]): Promise<T> =>
    readCheckpoint(state.directory, work) as Promise<T>;
  const get = (word: string, ...words: readonly string[]) =>
    read(async (reader) =>
      (await rowsOfKey('rich', reader, plan, word, words)).map((line) => JSON.parse(line)),
    );
  const at = (mark: Mark): string => operatorIn(facts, mark).id;

  beforeAll(async () => {
    state = await richState(rows, snapshotAfter);
    facts = await read((reader) => stateFacts('rich', state.directory, reader, plan));
  });
  afterAll(() => state.remove());

  test('each key has its row, with its arrival and the time that its ttl counts from', async () => {
    for (const { i, ...row } of lastBy(rows, ({ id }) => id)) {
      const { note: _note, day: _day, ...kept } = row;
      const [found, ...more] = await get(at('latest'), `${row.id}`);
      expect(more).toEqual([]);
      expect(found).toEqual({
        row: expect.objectContaining(kept),
        arrival: i,
        ttl_from: '2025-01-15T10:00:00.000Z',
      });
    }
  });

  test('a group has the row of its table, then the values that it counts', async () => {
    const latest = lastBy(rows, ({ id }) => id);
    for (const row of state.tables.shop_total as readonly Record<string, unknown>[]) {
      const now = latest.filter(({ shop }) => shop === row.shop);
      const [first, ...values] = await get(at('total'), row.shop as string);
      const cents = now.reduce((sum, { price }) => sum + Math.round(Number(price) * 100), 0);
      expect(first.row).toEqual({
        shop: row.shop,
        total: (cents / 100).toFixed(2),
        top: Math.max(...now.map(({ amount }) => amount)),
        buyers: new Set(now.flatMap(({ buyer }) => buyer ?? [])).size,
        n: now.length,
      });
      const times = (of: 'amount' | 'buyer', name: string) =>
        [...new Set(now.map((sale) => sale[of]))]
          .filter((value) => value !== null)
          .map((value) => ({ of: name, value, count: now.filter((sale) => sale[of] === value).length }));
      const wanted = [...times('amount', 'top'), ...times('buyer', 'buyers')];
      expect(values).toHaveLength(wanted.length);
      expect(values).toEqual(expect.arrayContaining(wanted));
    }
  });

  test('a winner, then the rows that may come after it', async () => {
    for (const shop of ['s0', 's3']) {
      const now = lastBy(rows, ({ id }) => id).filter((row) => row.shop === shop);
      const [winner, ...candidates] = await get(at('best'), shop);
      const [best] = now.toSorted((a, b) => b.amount - a.amount || b.i - a.i);
      expect(winner).toMatchObject({ row: { id: best?.id, amount: best?.amount }, arrival: best?.i });
      expect(candidates.map(({ arrival }) => arrival).toSorted((a, b) => a - b)).toEqual(
        now.map(({ i }) => i).toSorted((a, b) => a - b),
      );
      for (const { candidate, arrival } of candidates)
        expect(candidate).toMatchObject({ shop, id: rows[arrival]?.id, amount: rows[arrival]?.amount });
    }
  });

  test('where NULLs are passed over, the columns that a row leads', async () => {
    const own = rows.map((row, i) => ({ ...row, i })).filter(({ shop }) => shop === 's2');
    const last = (column: keyof Sale) => own.findLast((row) => row[column] !== null);
    const [winner, ...candidates] = await get(at('seen'), 's2');
    expect(winner.row).toMatchObject({ shop: 's2', buyer: last('buyer')?.buyer, note: last('note')?.note });
    for (const column of ['shop', 'buyer', 'note'] as const) {
      const leader = candidates.filter(({ leads }) => leads.includes(column));
      expect(leader).toMatchObject([{ arrival: last(column)?.i }]);
    }
  });

  test('keys of several columns, of dates, decimals and NULL; joined rows by the key of theirs', async () => {
    const found = rows.filter(({ day, price }) => day === '2025-01-12' && price === '3.25');
    expect(await get(at('priced'), '2025-01-12', '3.25')).toMatchObject([
      { row: { day: '2025-01-12', price: '3.25', id: Math.max(...found.map(({ id }) => id)) } },
    ]);
    expect(await get(at('city'), '7')).toMatchObject([{ row: { id: 7, city: null } }]);
    const none = rows.findLast(({ buyer }) => buyer === null);
    expect(await get(at('buyers'), '\\N')).toMatchObject([{ row: { buyer: null, shop: none?.shop } }]);
  });

  test('the operator by its id, a start of its fingerprint, its place, its name and place', async () => {
    const { id, fingerprint, at: place, operator } = operatorIn(facts, 'latest');
    const wanted = await get(id, '7');
    for (const word of [fingerprint, id.slice(0, 7), place, `${operator} at ${place}`])
      expect({ word, found: await get(word, '7') }).toEqual({ word, found: wanted });
  });

  const refused: readonly (readonly [
    mark: Mark | string,
    words: readonly string[],
    exitCode: number,
    message: string,
  ])[] = [
    ['latest', ['4000'], 1, 'keeps nothing of the key {"id":4000} as of epoch 50'],
    ['latest', ['seven'], 2, "wanted BIGINT, got 'seven'"],
    ['priced', ['2025-01-32', '1'], 2, 'key column day DATE of lastValue at'],
    [
      'priced',
      ['2025-01-12'],
      2,
      'a value for each column of its key: day DATE, price DECIMAL(8,2); there is 1 value',
    ],
    ['latest', [], 2, 'a value for each column of its key: id BIGINT; there are 0'],
    ['shops', ['s1'], 2, 'keeps nothing: its state is made again at each start'],
    ['agregate', ['1'], 2, "unknown operator 'agregate' of rich: the nearest is 'aggregate' (there is: "],
    ['lastValue', ['1'], 2, "'lastValue' is any of these operators of rich: name one by its id: "],
    ['', ['1'], 2, "unknown operator ''"],
  ];
  test.each(refused)('%s %j: exit %i, %s', async (word, words, exitCode, message) => {
    const known = facts.operators.some(({ id }) => id === word) ? word : marked(word);
    await expect(get(known, ...words)).rejects.toMatchObject({
      exitCode,
      message: expect.stringContaining(message),
    });
  });
  const marked = (word: string): string =>
    ['latest', 'priced', 'shops'].includes(word) ? operatorIn(facts, word as Mark).id : word;
});
