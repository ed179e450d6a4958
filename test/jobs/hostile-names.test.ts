// Names and texts are data: none of them is ever code, or a member that JavaScript gives to every object.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { openFileSource } from '../../src/connectors/file/file-source.ts';
import { memoryDatabase } from '../../src/connectors/memory/memory-database.ts';
import { bigint, catalog, source as declaredSource } from '../../src/dsl/index.ts';
import type { JobPlan } from '../../src/plan/node.ts';
import { validate } from '../../src/plan/validate.ts';
import { run, type SourceRows } from '../../src/runtime/run.ts';
import {
  aggregate,
  call,
  col,
  filter,
  group,
  into,
  job,
  lastValue,
  literal,
  lookup,
  project,
  source,
  table,
} from '../plan/build.ts';
import { withoutCodeGenerationIn } from '../values/without-code-generation.ts';

const folder = mkdtempSync(join(tmpdir(), 'millrace-names-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const NAMES = [
  '"];process.exit()//',
  "'];process.exit()//",
  `\`];$\{process.exit()}//`,
  `$\{process.exit()}`,
  '*/process.exit()/*',
  '\\',
  '\\"]',
  '\u2028process.exit()\u2029',
  'constructor',
  'toString',
  'valueOf',
  'hasOwnProperty',
  'prototype',
  'row',
  'run0',
  ' ',
  '\u200b',
  '01',
  '-1',
  '1e3',
  'x'.repeat(10_000),
] as const;

/** Texts that are no names of columns: a literal, or a value, may be any text that is well-formed. */
const TEXTS = [...NAMES, '__proto__', '', '7', '\n', '\u007f'] as const;

/** Parts that a column plays in the job below. */
const ROLES = ['id', 'part', 'amount', 'note', 'rate', 'total', 'count', 'label'] as const;
type Role = (typeof ROLES)[number];
type Naming = Readonly<Record<Role, string>>;

const PLAIN = Object.fromEntries(ROLES.map((role) => [role, role])) as Naming;

/** Each name in each part once. */
const NAMINGS = NAMES.map(
  (_, first) =>
    Object.fromEntries(ROLES.map((role, i) => [role, NAMES[(first + i) % NAMES.length]])) as Naming,
);

/** Filters, looks up, projects, keeps the last row of each key, adds up; the names of all columns are given. */
function plan(n: Naming, text: string): JobPlan {
  const sale = source('sale', {
    [n.id]: 'VARCHAR!',
    [n.part]: 'VARCHAR!',
    [n.amount]: 'BIGINT',
    [n.note]: 'VARCHAR',
  });
  const rates = table('rates', { [n.part]: 'VARCHAR!', [n.rate]: 'BIGINT' }, n.part);
  const kept = filter(sale, call('ne', n.note, literal('VARCHAR', text)));
  const joined = lookup(kept, rates, { [n.part]: n.part });
  const last = lastValue(
    project(joined, n.id, n.part, n.amount, {
      [n.rate]: n.rate,
      [n.label]: call('orElse', n.note, literal('VARCHAR', text)),
    }),
    [n.id],
  );
  const sums = group(last, [n.part], {
    [n.total]: aggregate('sum', n.amount),
    [n.count]: aggregate('countDistinct', n.rate),
  });
  const lastTable = table(
    'last',
    {
      [n.id]: 'VARCHAR!',
      [n.part]: 'VARCHAR!',
      [n.amount]: 'BIGINT',
      [n.rate]: 'BIGINT',
      [n.label]: 'VARCHAR',
    },
    n.id,
  );
  const sumsTable = table(
    'sums',
    { [n.part]: 'VARCHAR!', [n.total]: 'BIGINT', [n.count]: 'BIGINT!' },
    n.part,
  );
  return job(
    into(last, lastTable),
    into(project(sums, { [n.part]: col(n.part) }, n.total, n.count), sumsTable),
  );
}

type Given = Readonly<Partial<Record<Role, unknown>>>;

/** Rows whose texts are the hostile ones, by part. */
const rowsWith = (text: string): readonly Given[] => [
  { id: text, part: 'p', amount: 1, note: 'x' },
  { id: 'a', part: text, amount: 2, note: 'y' },
  { id: text, part: text, amount: 4, note: 'z' },
  { id: 'b', part: 'p', note: 'z' },
  { id: 'c', part: text, amount: 8, note: text },
  { id: 'd', part: 'p', amount: 16 },
  { id: 'a', part: 'p', amount: 32, note: 'w' },
];

const named = (given: Given, n: Naming): Readonly<Record<string, unknown>> =>
  Object.fromEntries(ROLES.flatMap((role) => (role in given ? [[n[role], given[role]]] : [])));

/** The tables of the job, with plain names again, after all rows. */
async function tablesOf(n: Naming, text: string, rows: SourceRows) {
  const hostile = plan(n, text);
  expect(validate(hostile)).toEqual([]);
  const rates = ['p', text].map((part, i) => named({ part, rate: i + 7 }, n));
  const database = memoryDatabase({ rates: rates as never });
  const rejected: string[] = [];
  const running = run(
    { plan: hostile },
    {
      sources: { sale: rows },
      database,
      epochRows: 2,
      epochMs: 0,
      debug: true,
      onQuarantine: (all) => {
        for (const { reason } of all) rejected.push(reason);
      },
    },
  );
  const { sources } = await running.done;
  const plain = async (name: string) => {
    const schema = hostile.outputs.find((output) => output.table.name === name)?.table;
    const held = schema === undefined ? [] : await database.rows(schema);
    const read = (row: object) =>
      ROLES.filter((role) => schema?.columns.some((column) => column.name === n[role])).map((role) => [
        role,
        (row as Record<string, unknown>)[n[role]],
      ]);
    return held.map((row) => JSON.stringify(Object.fromEntries(read(row)))).sort();
  };
  return { last: await plain('last'), sums: await plain('sums'), sources, rejected };
}

/** As lines of a file, which leave out what is absent (an inherited member is no value), in the order of the columns (the generated scanner) and in another (the long way). */
function file(rows: readonly Given[], n: Naming): SourceRows {
  const lines = rows.map((row, i) => {
    const entries = Object.entries(named(row, n));
    return JSON.stringify(Object.fromEntries(i % 3 === 2 ? entries.reverse() : entries));
  });
  const path = join(folder, 'rows.ndjson');
  writeFileSync(path, `${lines.join('\n')}\n`);
  return (spec) => openFileSource(spec, [path]);
}

/** Whole objects: each column is a member of their own. */
const objects = (rows: readonly Given[], n: Naming): SourceRows => rows.map((row) => named(row, n));

describe.each([
  ['lines', file],
  ['objects', objects],
])('a job over %s has the tables of the same job with plain names', (_, given) => {
  // Closures first: scanners that are once made are kept by the process.
  test.each([
    ['closures', withoutCodeGenerationIn],
    ['generated code', <T>(make: () => Promise<T>) => make()],
  ])('%s', async (_name, within) => {
    await within(async () => {
      for (const [i, naming] of NAMINGS.entries()) {
        const text = TEXTS[i % TEXTS.length] as string;
        const rows = rowsWith(text.slice(0, 200));
        const wanted = await tablesOf(PLAIN, text.slice(0, 200), given(rows, PLAIN));
        expect(wanted.last).toHaveLength(3);
        expect(wanted.rejected).toEqual([]);
        expect(await tablesOf(naming, text.slice(0, 200), given(rows, naming))).toEqual(wanted);
      }
    });
  });
});

describe('names that a catalog refuses', () => {
  test.each([
    ['', 'it is empty'],
    ['__proto__', 'JavaScript keeps it for itself'],
    ['7', 'it is a number'],
    ['a\nb', 'it has a control character'],
    ['\u0000', 'it has a control character'],
    ['\ud800', 'it has a control character'],
    ['a\udc00b', 'it has a control character'],
  ])('%j: %s', (name, reason) => {
    const columns = Object.fromEntries([[name, bigint()]]);
    expect(() => catalog({ sale: declaredSource(columns) }, { timeZone: 'UTC' })).toThrow(reason);
  });

  test('those of these tests it takes', () => {
    const columns = Object.fromEntries(NAMES.map((name) => [name, bigint()]));
    expect(() => catalog({ sale: declaredSource(columns) }, { timeZone: 'UTC' })).not.toThrow();
  });
});
