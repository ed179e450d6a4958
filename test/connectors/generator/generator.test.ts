import { describe, expect, jest, test } from '@jest/globals';
import { schemas } from '../../../jobs/catalog.ts';
import { dimensionRows } from '../../../src/connectors/generator/dimension-rows.ts';
import { openGenerator } from '../../../src/connectors/generator/generator.ts';
import type { GeneratorOptions } from '../../../src/connectors/generator/generator-options.ts';
import type { SourcePosition, SourceSpec } from '../../../src/connectors/source.ts';
import type { SourceSchema, TableSchema } from '../../../src/plan/schema.ts';
import type { Row } from '../../../src/values/sql-type.ts';
import { column, linesOf, type Read, readAll, readWithPositions, spec } from '../file/support.ts';

jest.setTimeout(60_000);

const HOUR = 3_600_000;
const from = Date.parse('2025-01-15T00:00:00+08:00');
const to = from + 10 * HOUR;
const today: GeneratorOptions = { seed: 1, rows: 2000, from, to, badRows: 0, ratePerSecond: null };

const sourceOf = (name: string): SourceSpec => {
  const { columns } = schemas.sources.find((source) => source.name === name) as SourceSchema;
  return spec(columns);
};
const read = (of: SourceSpec, options: Partial<GeneratorOptions> = {}): Promise<Read[]> =>
  readAll(openGenerator(of, { ...today, ...options }));
const rowsOf = (lines: readonly Read[]): Row[] => lines.flatMap(({ row }) => (row ? [row] : []));

describe.each(['user_order', 'update_info', 'user_log'])('events of %s', (name) => {
  test('so many rows, none bad, the same for a seed and others for another', async () => {
    const lines = await read(sourceOf(name));
    expect(rowsOf(lines)).toHaveLength(2000);
    expect(await read(sourceOf(name))).toEqual(lines);
    expect(await read(sourceOf(name), { seed: 2 })).not.toEqual(lines);
  });

  test('in order of time over the hours so far', async () => {
    const at = name === 'user_log' ? 'log_time' : 'gmt_modified';
    const times = rowsOf(await read(sourceOf(name))).map((row) => row[at] as number);
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(times.every((time) => time >= from && time < to)).toBe(true);
    const hours = times.map((time) => Math.floor((time - from) / HOUR));
    for (let hour = 0; hour < 10; hour++) expect(hours.filter((h) => h === hour)).toHaveLength(200);
  });

  test('as many bad ones as wanted, of several kinds, as a file would have them', async () => {
    const lines = await read(sourceOf(name), { badRows: 9, rows: 1000 });
    const rejects = lines.filter(({ row }) => row === null);
    const beyond = rowsOf(lines).filter((row) => Object.values(row).some((value) => value === 9e15));
    expect(rejects.length + beyond.length).toBe(9);
    expect(new Set(rejects.map(({ reason }) => reason?.split(',')[0])).size).toBe(2);
    expect(beyond).toHaveLength(3);
    expect(
      rejects.every(({ raw, file, offset }) => raw.length > 10 && file === undefined && offset > 0),
    ).toBe(true);
  });
});

test('orders: users come again with name and telephone, and pay the price or less', async () => {
  const rows = rowsOf(await read(sourceOf('user_order'), { rows: 20_000 }));
  const tels = new Map(rows.map((row) => [row.id, row.customer_tel]));
  expect(rows.every((row) => tels.get(row.id as number) === row.customer_tel)).toBe(true);
  expect(tels.size).toBeLessThan(rows.length);
  expect(new Set(tels.values()).size).toBe(tels.size);
  expect(rows.every((row) => (row.account_payble as number) <= (row.order_price as number))).toBe(true);
  expect(new Set(rows.map((row) => row.order_no)).size).toBeLessThan(rows.length);
  expect(rows.every(({ customer_name }) => /^\p{Script=Han}{2,4}$/u.test(customer_name as string))).toBe(
    true,
  );
  expect(rows.every((row) => (row.gmt_created as number) < (row.pay_time as number))).toBe(true);
});

test('premiums: users are of the watched pool, and some lose more than 15 %', async () => {
  const pool = dimensionRows(schemas.tables.find(({ name }) => name === 'raw_info') as TableSchema);
  const premiums = new Map(pool.map((row) => [row.id, Number(row.raw_premium)]));
  expect(pool.every((row) => Object.keys(row).join() === 'id,raw_premium,raw_info')).toBe(true);
  let drops = 0;
  for (const { id, now_premium } of rowsOf(await read(sourceOf('update_info'), { rows: 20_000 }))) {
    const last = premiums.get(id as number);
    if (last === undefined || !/^\d+\.\d\d$/.test(now_premium as string))
      throw new Error(`${id}: ${now_premium}`);
    if (Number(now_premium) < last * 0.85) drops++;
    premiums.set(id as number, Number(now_premium));
  }
  expect(drops).toBeGreaterThan(100);
  expect(drops).toBeLessThan(1000);
});

test('log lines: accounts that are NULL before login, several pages', async () => {
  const rows = rowsOf(await read(sourceOf('user_log')));
  const nulls = rows.filter((row) => row.account_id === null).length;
  expect(nulls).toBeGreaterThan(200);
  expect(nulls).toBeLessThan(600);
  expect(new Set(rows.map((row) => row.page_name)).size).toBe(10);
});

test('any schema: a value of its type in every column', async () => {
  const columns = [
    column('__proto__', 'VARCHAR'),
    column('n', 'INT'),
    column('big_id', 'BIGINT(bigint)'),
    column('d', 'DECIMAL(10,2)', { nullable: false }),
    column('b', 'BOOLEAN'),
    column('at', 'TIMESTAMP(3)'),
    column('ms', 'TIMESTAMP(3)', { from: 'millis' }),
    column('s', 'TIMESTAMP(3)', { from: 'seconds' }),
    column('day', 'DATE'),
  ];
  const lines = await read(spec(columns), { badRows: 10, rows: 100 });
  expect(rowsOf(lines)).toHaveLength(90);
  const { at, ms, s, day } = rowsOf(lines)[50] as Row;
  expect([ms, s, day]).toEqual([at, at, Math.floor((at as number) / 86_400_000)]);
  expect(rowsOf(lines).every((row) => Object.values(row).every((value) => value !== null))).toBe(true);
});

describe('ends', () => {
  test('no rows is the end at once', async () => {
    expect(await read(sourceOf('user_log'), { rows: 0 })).toEqual([]);
  });

  test('rows null: no end, the day again and again', async () => {
    const source = openGenerator(sourceOf('user_log'), { ...today, rows: null });
    let rows = 0;
    while (rows < 100_500) rows += (await source.read(1000))?.n ?? Number.NaN;
    const batch = await source.read(1);
    expect((batch?.rows[0]?.log_time as number) - from).toBeLessThan(HOUR);
    await source.close();
    expect(await source.read(1)).toBe(null);
  });

  test('a rate: the past at once, then live until it is closed', async () => {
    // The live events count from the opening on, which itself takes its time.
    const begun = performance.now();
    const source = openGenerator(sourceOf('user_log'), { ...today, rows: 100, ratePerSecond: 200 });
    expect(source).toMatchObject({ name: 'orders', replayable: false, label: 'generated events, seed 1' });
    const lines: Read[] = [];
    while (lines.length < 160)
      lines.push(
        ...linesOf((await source.read(1000)) as Exclude<Awaited<ReturnType<typeof source.read>>, null>),
      );
    const seconds = (performance.now() - begun) / 1000;
    expect(seconds).toBeGreaterThan(0.2);
    expect(lines.slice(100, 103).map(({ row }) => row?.log_time)).toEqual([to, to + 5, to + 10]);
    let waiting = source.read(1000);
    for (let i = 0; i < 3; i++) {
      await waiting;
      waiting = source.read(1000);
    }
    await Promise.all([source.close(), source.close()]);
    expect(await waiting).toBe(null);
  });
});

describe('from a position', () => {
  const options = { ...today, rows: 1200, badRows: 20 };
  const of = sourceOf('update_info');
  const openAt = (position: SourcePosition | null, more: Partial<GeneratorOptions> = {}) =>
    openGenerator({ ...of, from: position ?? undefined }, { ...options, ...more });

  test('the same events come as in one run, whatever the time is now', async () => {
    const whole = await readAll(openAt(null));
    let rows = 0;
    for (const { read, position } of await readWithPositions(openAt(null), 111)) {
      rows += read.length;
      const later = openAt(position, { from: from + HOUR, to: to + HOUR, rows: 5, badRows: 0 });
      const rest = await readWithPositions(later, 50);
      expect(rest.flatMap((batch) => batch.read)).toEqual(whole.slice(rows));
      expect(rest.at(-1)?.position ?? position).toEqual({
        events: 1200,
        settings: { seed: 1, rows: 1200, from, to, badRows: 20 },
      });
    }
    expect(rows).toBe(1200);
  });

  test('of another seed, or of another kind of source: exit 3', () => {
    const exit3 = (message: string) => expect.objectContaining({ exitCode: 3, message });
    expect(() => openAt({ events: 3, settings: { ...options, seed: 2 } })).toThrow(
      exit3(
        "source 'orders': an earlier run generated its rows with seed 2, this one would with seed 1: give that seed, or start anew with --fresh",
      ),
    );
    for (const position of [{ files: [] }, { events: 3 }, { events: 3, settings: null }])
      expect(() => openAt(position)).toThrow(
        exit3(
          "source 'orders': an earlier run did not generate its rows: read it again from where it came, or start anew with --fresh",
        ),
      );
  });

  test('live events have none, and begin anew', async () => {
    const source = openAt({ files: [] }, { rows: 10, ratePerSecond: 100 });
    const batch = await source.read(1);
    expect(batch?.rows).toEqual([(await readAll(openAt(null, { rows: 10 })))[0]?.row]);
    expect(batch?.position()).toBe(null);
    await source.close();
  });
});
