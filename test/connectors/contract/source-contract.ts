import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Source, SourceBatch, SourcePosition, SourceSpec } from '../../../src/connectors/source.ts';
import { bigint, catalog, job, source, table, varchar } from '../../../src/dsl/index.ts';
import { sourcesOf } from '../../../src/plan/derive/sources.ts';
import type { SourceSchema } from '../../../src/plan/schema.ts';

/** A place that rows are read from, new and empty, and sources over it. */
export interface SourcePlace {
  /** Partitions that can be written to, from 0. */
  readonly partitions: number;
  /** Adds texts to a partition, each a JSON object or meant to be one. */
  write(partition: number, texts: readonly string[]): Promise<void>;
  /** A source that waits for more where there is no more. */
  open(spec: SourceSpec): Promise<Source>;
  /** Cuts the connections of all sources; undefined: there are none. */
  readonly disconnect?: (() => Promise<void>) | undefined;
  remove(): Promise<void>;
}

const event = source({ partition: bigint().notNull(), n: bigint().notNull(), note: varchar() });
const notes = table({ n: bigint().notNull(), note: varchar() }, { primaryKey: 'n' });
const { stream } = catalog({ event, notes }, { timeZone: 'UTC' });
const [schema] = sourcesOf(
  job('contract', stream('event').pick('n', 'note').keyBy('n').lastValue().into('notes')).plan,
);
const SPEC: SourceSpec = { schema: schema as SourceSchema, keep: ['partition', 'n', 'note'] };

const ROWS = 40;
const textOf = (partition: number, n: number): string =>
  JSON.stringify({ partition, n, note: n % 7 === 0 ? null : `Zeile „${n}“` });
const isBad = (n: number): boolean => n % 11 === 5;

/** What came of a row: its number, or the bytes that were no row. */
interface Seen {
  readonly partition: number;
  readonly n: number;
}

function seenIn(batch: SourceBatch): readonly Seen[] {
  return batch.rows.map((row, i) => {
    if (row !== null) return { partition: row.partition as number, n: row.n as number };
    const bad = /^bad (\d+) (\d+)$/.exec(Buffer.from(batch.raw(i)).toString());
    return { partition: Number(bad?.[1]), n: Number(bad?.[2]) };
  });
}

/** Reads until so many rows have come. */
async function readRows(from: Source, rows: number, max: number): Promise<readonly SourceBatch[]> {
  const batches: SourceBatch[] = [];
  for (let n = 0; n < rows; ) {
    const batch = await from.read(Math.min(max, rows - n));
    if (batch === null) throw new Error(`the source ended after ${n} rows`);
    expect(batch.n).toBeGreaterThan(0);
    expect(batch.n).toBeLessThanOrEqual(Math.min(max, rows - n));
    batches.push(batch);
    n += batch.n;
  }
  return batches;
}

/**
 * What every source promises that can be read again, whatever it reads from.
 * @param make undefined: what it reads from cannot be had here, which is told elsewhere
 */
export function sourceContract(name: string, make: () => Promise<SourcePlace | undefined>): void {
  describe(`${name} keeps the contract of sources`, () => {
    let made: SourcePlace | undefined;
    let place: SourcePlace;
    const check = (what: string, work: () => Promise<void>) =>
      test(what, () => (made === undefined ? undefined : work()));
    const opened: Source[] = [];
    const open = async (from?: SourcePosition): Promise<Source> => {
      const source = await place.open({ ...SPEC, from });
      opened.push(source);
      return source;
    };
    const texts = (partition: number, from: number, to: number) =>
      Array.from({ length: to - from }, (_, i) =>
        isBad(from + i) ? `bad ${partition} ${from + i}` : textOf(partition, from + i),
      );
    const fill = async (from = 0, to = ROWS) => {
      for (let partition = 0; partition < place.partitions; partition++)
        await place.write(partition, texts(partition, from, to));
    };
    const all = () => ROWS * place.partitions;
    /** Of each partition the numbers from 0 on, in order, each once. */
    const expectAll = (seen: readonly Seen[], to = ROWS) => {
      for (let partition = 0; partition < place.partitions; partition++)
        expect(seen.filter((row) => row.partition === partition).map(({ n }) => n)).toEqual(
          Array.from({ length: to }, (_, n) => n),
        );
      expect(seen).toHaveLength(to * place.partitions);
    };
    beforeEach(async () => {
      made = await make();
      if (made !== undefined) place = made;
    });
    afterEach(async () => {
      for (const source of opened.splice(0)) await source.close();
      await made?.remove();
    });

    check('each partition is read in order, good rows and bad ones; the bytes of a batch stay', async () => {
      await fill();
      const source = await open();
      expect(source.replayable).toBe(true);
      const batches = await readRows(source, all(), 7);
      expectAll(batches.flatMap(seenIn));
      for (const batch of batches) {
        const bad = batch.rejects.map(({ index }) => index);
        expect(bad).toEqual(batch.rows.flatMap((row, i) => (row === null ? [i] : [])));
        for (const { reason } of batch.rejects) expect(reason).toBe('not valid JSON');
        for (let i = 0; i < batch.n; i++) expect(batch.file(i)).toBeTruthy();
      }
      const places = batches.flatMap((batch) =>
        batch.rows.map((_, i) => `${batch.file(i)} ${batch.offset(i)}`),
      );
      expect(new Set(places).size).toBe(all());
    });

    check(
      'from the position of any batch it goes on with what is left, all partitions as one cut',
      async () => {
        await fill();
        const batches = await readRows(await open(), all(), 9);
        const seen = batches.map(seenIn);
        for (let cut = 1; cut < batches.length; cut += 3) {
          // As a checkpoint keeps it.
          const position = JSON.parse(JSON.stringify(batches[cut - 1]?.position())) as SourcePosition;
          const before = seen.slice(0, cut).flat();
          const again = await open(position);
          const rest = await readRows(again, all() - before.length, 1000);
          expectAll([...before, ...rest.flatMap(seenIn)]);
          await again.close();
        }
      },
    );

    check(
      'it waits for rows, and reads those that come later, also behind a position at the end',
      async () => {
        await fill(0, 10);
        const first = await open();
        const early = await readRows(first, 10 * place.partitions, 1000);
        const waiting = readRows(first, (ROWS - 10) * place.partitions, 1000);
        await fill(10, ROWS);
        expectAll([...early, ...(await waiting)].flatMap(seenIn));
        await first.close();
        const again = await open(early.at(-1)?.position() as SourcePosition);
        const late = await readRows(again, (ROWS - 10) * place.partitions, 1000);
        expectAll([...early, ...late].flatMap(seenIn));
      },
    );

    check('closing ends a read that waits, twice does no harm, and nothing stays open', async () => {
      await fill(0, 3);
      const held = () =>
        process.getActiveResourcesInfo().filter((what) => /Timeout|TCP|FSReq/.test(what)).length;
      const before = held();
      const source = await open();
      await readRows(source, 3 * place.partitions, 1000);
      const waiting = Promise.resolve(source.read(10));
      await new Promise((resolve) => setTimeout(resolve, 50));
      await source.close();
      expect(await waiting).toBeNull();
      await source.close();
      for (let i = 0; i < 40 && held() > before; i++) await new Promise((resolve) => setTimeout(resolve, 25));
      expect(held()).toBeLessThanOrEqual(before);
    });

    check('connections that are lost lose no row and give none twice', async () => {
      await fill(0, 20);
      const source = await open();
      const early = await readRows(source, 5 * place.partitions, 5);
      await place.disconnect?.();
      await fill(20, ROWS);
      const late = await readRows(source, all() - 5 * place.partitions, 9);
      await place.disconnect?.();
      expectAll([...early, ...late].flatMap(seenIn));
    });
  });
}
