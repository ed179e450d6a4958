// What the documents show is what the code does. After a change that is meant: README=write npm run test:jest -- test/readme
import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, jest, test } from '@jest/globals';
import { millrace, ROOT } from './cli/command.ts';
import { type Block, blocksOf, documentText, withBlocks } from './documents/blocks.ts';
import { codeFaults } from './documents/code-faults.ts';
import { ownProject } from './documents/own-project.ts';

jest.setTimeout(120_000);

const documents = [
  'README.md',
  'ARCHITECTURE.md',
  'CONTRIBUTING.md',
  ...readdirSync(`${ROOT}docs`)
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];
const blocks = documents.flatMap(blocksOf);
const project = ownProject(blocks);
afterAll(() => project.remove());

/** The arguments of `npx millrace …` or `npm run job …`, as the shell would part them. */
const words = (command: string): string[] =>
  command
    .replace(/^npx millrace /, '')
    .replace(/^npm run job (\S+) -- /, 'run $1 ')
    .split(' ');

/** What a block should show; undefined where it is checked in another way. */
async function wanted({ kind, of }: Block): Promise<string | undefined> {
  switch (kind) {
    case 'file':
      return readFileSync(ROOT + of, 'utf8').trimEnd();
    case 'output': {
      if (!of.startsWith('npx tsx ')) return (await millrace(words(of))).stdout.trimEnd();
      const { stdout } = await promisify(execFile)('npx', ['tsx', ...of.split(' ').slice(2)], { cwd: ROOT });
      return stdout.trimEnd();
    }
    case 'own output':
      return (await millrace(words(of), { cwd: project.path })).stdout.trimEnd();
    case 'own errors':
      return (await millrace(words(of), { cwd: project.path })).stderr.trimEnd();
    default:
      return undefined;
  }
}

if (process.env.README === 'write') {
  const texts = new Map<Block, string | undefined>();
  for (const block of blocks) texts.set(block, await wanted(block));
  for (const document of documents) {
    const own = blocks.filter((block) => block.document === document);
    writeFileSync(
      ROOT + document,
      withBlocks(document, () => texts.get(own.shift() as Block)),
    );
  }
}

describe.each(documents)('%s', (document) => {
  const own =
    process.env.README === 'write' ? blocksOf(document) : blocks.filter((b) => b.document === document);
  const shown = own.filter(({ kind }) => !['own file', 'code', 'part'].includes(kind));

  for (const block of shown) {
    test(`shows ${block.kind} ${block.of} as it is`, async () => {
      expect(block.text).not.toBe('');
      expect(await wanted(block)).toBe(block.text);
    });
  }

  for (const { of, text } of own.filter(({ kind }) => kind === 'part')) {
    test(`shows a part of ${of}: ${text.split('\n')[0]}`, () => {
      const flat = (code: string) => code.replaceAll(/\s+/g, '');
      expect(flat(readFileSync(ROOT + of, 'utf8'))).toContain(flat(text));
    });
  }

  test('links to what is there', () => {
    const links = [...documentText(document).matchAll(/\]\((?!https?:)([^)#]+)(?:#[^)]*)?\)/g)];
    const missing = links
      .map(([, link]) => join(dirname(document), link as string))
      .filter((path) => !existsSync(ROOT + path));
    expect(missing).toEqual([]);
  });

  test('names scripts that there are', () => {
    const { scripts } = JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8')) as {
      scripts: Record<string, string>;
    };
    const named = [...documentText(document).matchAll(/npm run (?:--silent )?([\w:]+)/g)].map(
      ([, name]) => name,
    );
    expect(named.filter((name) => !Object.hasOwn(scripts, name as string))).toEqual([]);
  });
});

test('code in the documents compiles', () => {
  const code = blocks.filter(({ kind }) => kind === 'code').map(({ text }) => text);
  expect(code.length).toBeGreaterThan(0);
  expect(codeFaults(code)).toEqual([]);
});

test('ARCHITECTURE.md gives the reason of every dependency, and of no other', () => {
  const { dependencies, devDependencies } = JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8')) as Record<
    'dependencies' | 'devDependencies',
    Record<string, string>
  >;
  const [, section = ''] = documentText('ARCHITECTURE.md').split('\n## Dependencies\n');
  const rows = [...(section.split('\n## ')[0] as string).matchAll(/^\| `([^`]+)` \|/gm)].map(
    ([, name]) => name,
  );
  expect(rows.sort()).toEqual([...Object.keys(dependencies), ...Object.keys(devDependencies)].sort());
});

test('ARCHITECTURE.md names files that there are', () => {
  const named = [
    ...documentText('ARCHITECTURE.md').matchAll(/`((?:src|test|bin|jobs|bench|examples|docs)\/[\w/.-]*)`/g),
  ];
  expect(named.length).toBeGreaterThan(50);
  expect(named.map(([, path]) => path as string).filter((path) => !existsSync(ROOT + path))).toEqual([]);
});
