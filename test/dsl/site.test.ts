import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, jest, test } from '@jest/globals';
import { count, job } from '../../src/dsl/index.ts';
import type { IntoNode, Relation, Site } from '../../src/plan/node.ts';
import { stream } from '../types/shop.ts';

jest.setTimeout(60_000);

const root = fileURLToPath(new URL('../../', import.meta.url));

/** The places of a node and all below it, from the source up. */
function sites(node: Relation | IntoNode): Site[] {
  return [...(node.op === 'source' ? [] : sites(node.input)), node.at];
}

describe('the place of a call', () => {
  test('is the line of each call, relative to the working directory', () => {
    const start = Number(/:(\d+):\d+\)?$/.exec(new Error().stack?.split('\n')[1] ?? '')?.[1]);
    const output = stream('sale')
      .filter((o) => o.open)
      .groupBy({ day: (o) => o.page.orElse('') })
      .agg({ amount: count(), n: count() })
      .extend({ amount: (o) => o.n.cast('DECIMAL(20,2)') })
      .into('total');
    const made = job('sites', output);
    const lines = made.plan.outputs.flatMap(sites);
    expect(new Set(lines.map(({ file }) => file))).toEqual(new Set(['test/dsl/site.test.ts']));
    // source, filter, groupBy's projection (made with agg's node, named by groupBy), agg, extend, into
    expect(lines.map(({ line }) => line - start)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(made.plan.at.line - start).toBe(7);
  });

  test.each([
    ['tsx', ['--import', 'tsx'], 'ts'],
    ['plain JavaScript', ['--import', 'tsx'], 'mjs'],
  ])('under %s, in a folder with blanks and brackets', (_, flags, extension) => {
    const folder = mkdtempSync(join(tmpdir(), 'millrace (dsl) %41 '));
    try {
      mkdirSync(join(folder, 'jobs'));
      const file = join(folder, 'jobs', `one.${extension}`);
      const dsl = JSON.stringify(new URL('../../src/dsl/index.ts', import.meta.url).href);
      writeFileSync(
        file,
        `import { catalog, source, table, bigint, job } from ${dsl};

const { stream } = catalog(
  { a: source({ id: bigint() }), b: table({ id: bigint() }, { primaryKey: 'id' }) },
  { timeZone: 'UTC' },
);
const made = job(
  'one',
  stream('a')
    .filter((r) => r.id.isNotNull())
    .keyBy('id').lastValue()
    .into('b'),
);
const at = (node) => [...(node.input ? at(node.input) : []), node.at];
console.log(JSON.stringify([made.plan.at, ...at(made.plan.outputs[0])]));
try {
  stream('a').filter((r) => r.di.gt(1));
} catch (error) {
  console.log(error.message);
}
`,
      );
      const run = (cwd: string): string[] => {
        const from = flags.map((flag) => (flag === 'tsx' ? import.meta.resolve('tsx') : flag));
        const { stdout, stderr } = spawnSync(process.execPath, [...from, file], {
          cwd,
          encoding: 'utf8',
          env: { ...process.env, NODE_OPTIONS: '' },
        });
        expect(stderr).toBe('');
        return stdout.trim().split('\n');
      };
      const name = `jobs/one.${extension}`;
      const [inside = '', message] = run(folder);
      expect(JSON.parse(inside)).toEqual([7, 9, 10, 11, 12].map((line) => ({ file: name, line })));
      expect(message).toBe(`${name}:17: there is no column 'di': did you mean 'id'?`);
      const [outside = ''] = run(root);
      expect((JSON.parse(outside) as Site[])[0]).toEqual({ file, line: 7 });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
