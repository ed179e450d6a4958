import { describe, expect, jest, test } from '@jest/globals';
import { type StateFacts, stateFacts } from '../../../src/cli/state/state-facts.ts';
import { stateText } from '../../../src/cli/state/state-text.ts';
import { readCheckpoint } from '../../../src/state/checkpoint/read-checkpoint.ts';
import { countedIn, operatorIn, plan, recount, richState, sales } from './rich-state.ts';

async function factsOf(directory: string, known = true): Promise<StateFacts> {
  const facts = await readCheckpoint(
    directory,
    (reader) => stateFacts('rich', directory, reader, known ? plan : undefined),
    { job: 'rich', oneEpoch: true },
  );
  return facts as StateFacts;
}

jest.setTimeout(60_000);

describe('stateFacts', () => {
  const rows = sales(500, 60);

  test.each([
    ['a log', undefined],
    ['a snapshot', 0],
    ['a snapshot and a log', 20_000],
  ])('%s: rows of each operator are those of the rows read', async (_, snapshotAfter) => {
    const state = await richState(rows, snapshotAfter);
    const facts = await factsOf(state.directory);
    expect(facts.bytes.snapshot > 0).toBe(snapshotAfter !== undefined);
    expect(countedIn(facts)).toEqual(recount(rows));
    expect(facts).toMatchObject({
      ...{ job: 'rich', epoch: 50, clock: '2025-01-15T10:00:00.000Z', directory: state.directory },
      sources: { sale: { read: 500, applied: 500, filtered: 0, quarantined: 0, position: { rows: 500 } } },
    });
    expect(facts.owner).toMatch(/^[0-9a-f-]{36}$/);
    for (const { kept, rows: n, parts, bytes } of facts.operators.filter((one) => one.kept === 'own')) {
      expect({ kept, n }).toEqual({
        kept,
        n: parts.find(({ name }) => name === 'rows' || name === 'groups')?.entries,
      });
      expect(bytes).toBe(parts.reduce((sum, part) => sum + part.bytes, 0));
    }
    expect(operatorIn(facts, 'shops')).toMatchObject({ kept: 'below', rows: null, bytes: 0, parts: [] });
    const { snapshot, log, outbox, file } = facts.bytes;
    const kept = facts.operators.reduce((sum, { bytes }) => sum + bytes, 0);
    // Besides the blocks: their checksums, and which part each is of.
    expect(kept).toBeLessThan(snapshot + log);
    expect(kept).toBeGreaterThan((snapshot + log) * 0.8);
    expect(outbox).toBeGreaterThan(0);
    expect(file).toBeGreaterThan(snapshot + log + outbox);
    await state.remove();
  });

  test.each([
    ['a log', undefined],
    ['a snapshot and a log', 20_000],
  ])('%s: what has come to rest and was let go does not count', async (_, snapshotAfter) => {
    const moved = (phase: number, n: number) =>
      sales(n, 60).map((row) => ({ ...row, id: row.id + phase * 1000, shop: `${row.shop}-${phase}` }));
    const [first, second, third] = [moved(1, 300), moved(2, 10), moved(3, 10)];
    const all = [...first, ...second, ...third];
    const state = await richState(all, snapshotAfter, (epoch) => Math.max(0, epoch - 29) * 10);
    // Ten days later single rows are let go of, and groups ten days after their last row was.
    const { latest, best, seen, city, priced } = recount(third);
    const { total } = recount([...second, ...third]);
    const { buyers, shops } = recount(all);
    expect(countedIn(await factsOf(state.directory))).toEqual({
      ...{ latest, total, best, seen, city, buyers, shops, priced },
    });
    await state.remove();
  });

  test('without the plan: what is kept, where it stood in the last run', async () => {
    const state = await richState(rows.slice(0, 100));
    const known = await factsOf(state.directory);
    const facts = await factsOf(state.directory, false);
    expect(facts.operators).toEqual(
      known.operators.filter(({ kept }) => kept === 'own').map((one) => ({ ...one, inJob: null })),
    );
    await state.remove();
  });

  test('for people: a line for each source, table and operator', async () => {
    const state = await richState(rows.slice(0, 100));
    const facts = await factsOf(state.directory);
    const text = stateText({
      ...facts,
      sources: {
        sale: {
          ...{ read: 1200, applied: 1000, filtered: 150, quarantined: 50 },
          files: ['a', 'b', 'c', 'd', 'e'].map((path, i) => ({ path, offset: i * 1000 })),
        },
      },
      tables: { sale_city: { inserted: 1, updated: 2, deleted: 3 } },
      overtaken: { sale_city: 4 },
    });
    const [head, ...lines] = text.split('\n');
    expect(head).toBe(
      `rich: epoch 10, clock 2025-01-15T10:00:00.000Z (${state.directory}, owner ${facts.owner})`,
    );
    expect(lines.slice(0, 6)).toEqual([
      '  sale       read 1,200, applied 1,000, filtered 150, quarantined 50',
      '             2 files before these',
      '             c to byte 2,000',
      '             d to byte 3,000',
      '             e to byte 4,000',
      '  sale_city  inserted 1, updated 2, deleted 3, overtaken 4',
    ]);
    const { id, at, bytes } = operatorIn(facts, 'best');
    expect(text).toContain(
      `${id}  lastValue at ${at}  5 rows, ${recount(rows.slice(0, 100)).best?.entries} candidates, ${bytes.toLocaleString('en-US')} bytes\n`,
    );
    expect(text).toMatch(/^[0-9a-f]{8} {2}aggregate at \S+ +made again from the operators below$/m);
    const gone = { ...facts, operators: facts.operators.map((one) => ({ ...one, inJob: false })) };
    expect(stateText(gone)).toContain(`${bytes.toLocaleString('en-US')} bytes; the job has it no more\n`);
    expect(stateText({ ...facts, epoch: null, clock: null })).toContain('rich: no epoch yet (');
    await state.remove();
  });
});
