import { isUtf8 } from 'node:buffer';
import { setFlagsFromString } from 'node:v8';
import { describe, expect, test } from '@jest/globals';
import { LineBatch } from '../../../src/connectors/file/line-batch.ts';
import { ndjsonDecoder } from '../../../src/connectors/file/ndjson-decoder.ts';
import { Fault } from '../../../src/connectors/format/fault.ts';
import { lineReader, parseLine } from '../../../src/connectors/format/json-row.ts';
import { scannerOf } from '../../../src/connectors/format/json-scanner.ts';
import type { Row } from '../../../src/values/sql-type.ts';
import { type FuzzLine, producer } from '../file/json-lines.ts';
import { column, decode, spec } from '../file/support.ts';

/** What the long way says: rows as entries, so that `__proto__` and -0 count. */
type Answer = readonly [
  offset: number,
  ...(readonly [string, unknown][] | readonly [string, string | undefined]),
];

const rowAnswer = (offset: number, row: Row): Answer => [offset, ...Object.entries(row)];

function slowly(content: Buffer, readLine: ReturnType<typeof lineReader>): Answer[] {
  const answers: Answer[] = [];
  let offset = 0;
  for (const line of content.toString('latin1').split('\n').slice(0, -1)) {
    const bytes = Buffer.from(line, 'latin1');
    const at = offset;
    offset += bytes.length + 1;
    if (/^[ \t\r]*$/.test(line)) continue;
    if (!isUtf8(bytes)) {
      answers.push([at, 'invalid UTF-8', undefined]);
      continue;
    }
    const parsed = parseLine(bytes.toString().replace(/\r$/, ''));
    const row = parsed instanceof Fault ? parsed : readLine(parsed);
    answers.push(row instanceof Fault ? [at, row.reason, row.column] : rowAnswer(at, row));
  }
  return answers;
}

function quickly(content: Buffer, decoder: ReturnType<typeof ndjsonDecoder>, max: number): Answer[] {
  const bytes = Buffer.concat([content, Buffer.alloc(8)]);
  const to = content.length;
  const answers: Answer[] = [];
  for (let from = 0; from < to; ) {
    const batch = new LineBatch(bytes, 0, undefined);
    from = decoder.decode({ bytes, from, to, utf8: isUtf8(content), final: true }, max, batch);
    let rejects = 0;
    batch.rows.forEach((row, i) => {
      const reject = row === null ? batch.rejects[rejects++] : undefined;
      answers.push(
        row ? rowAnswer(batch.offset(i), row) : [batch.offset(i), reject?.reason ?? '', reject?.column],
      );
    });
  }
  return answers;
}

const LINES = Number(process.env.MILLRACE_FUZZ_LINES ?? 50_000);
const PER_PRODUCER = 500;

describe('a scanner answers as JSON.parse and the check of every column do', () => {
  test(
    `${LINES} lines`,
    () => {
      let rows = 0;
      let rejects = 0;
      for (let seed = 1; seed <= Math.ceil(LINES / PER_PRODUCER); seed++) {
        const { columns, line } = producer(seed);
        const keep = columns.filter((_, i) => (seed >> (i % 5)) % 2 === 0).map(({ name }) => name);
        const decoder = ndjsonDecoder(spec(columns, keep));
        const readLine = lineReader(columns, keep);
        for (let n = 0; n < PER_PRODUCER; n += 50) {
          const lines: FuzzLine[] = Array.from({ length: 50 }, line);
          const content = Buffer.concat(lines.flatMap(({ bytes }) => [bytes, Buffer.from('\n')]));
          const slow = slowly(content, readLine);
          const quick = quickly(content, decoder, 1 + (seed % 60));
          // Deep equality of everything is slow in jest: text first.
          if (show(quick) !== show(slow))
            expect({ seed, n, answers: quick }).toEqual({ seed, n, answers: slow });
          const byOffset = new Map(slow.map((answer) => [answer[0], answer]));
          let offset = 0;
          for (const { bytes, expected } of lines) {
            if (expected !== 'unknown') {
              const answer = byOffset.get(offset)?.slice(1);
              const wanted = expected && keep.map((name) => [name, expected.get(name)]);
              if (wanted ? show(answer) !== show(wanted) : !isReject(answer))
                expect({ seed, line: bytes.toString(), answer }).toEqual({
                  seed,
                  line: bytes.toString(),
                  answer: wanted ?? 'a reject',
                });
              if (wanted) rows++;
              else rejects++;
            }
            offset += bytes.length + 1;
          }
        }
      }
      // Not a test of nothing: both kinds are many.
      expect(rows).toBeGreaterThan(LINES / 4);
      expect(rejects).toBeGreaterThan(LINES / 50);
    },
    30_000 + LINES,
  );
});

const isReject = (answer: readonly unknown[] | undefined): boolean => typeof answer?.[0] === 'string';

const show = (value: unknown): string =>
  JSON.stringify(value, (_, v) => (typeof v === 'bigint' ? `${v}n` : Object.is(v, -0) ? '-0' : v)) ?? '';

describe('what a scanner takes', () => {
  const columns = [column('id', 'BIGINT'), column('name', 'VARCHAR'), column('price', 'DOUBLE')];
  const keep = ['id', 'name', 'price'];
  const take = (
    line: string,
    names = keep,
    colon: ':' | ': ' = ':',
    comma: ',' | ', ' = ',',
  ): Row | undefined => {
    const bytes = Buffer.concat([Buffer.from(`${line}\n`), Buffer.alloc(8)]);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    return scannerOf(columns, keep, { names, colon, comma })?.(bytes, 0, { next: 0, view, utf8: true });
  };

  test.each([
    '{"id":1,"name":"王小明","price":-0.5}',
    '{"id":1,"price":2}',
    '{"price":2}',
    '{"id":null,"name":null,"price":null}',
    '{"id":123456789012345,"name":"","price":12345678.901234}\r',
    '{"id":8999999999999999,"name":"\\u738b\\n\\"\\\\","price":0.30000000000000004}',
    '{"id":0,"price":-1.5E-7}',
  ])('%s', (line) => {
    expect(take(line)).toEqual({ id: null, name: null, price: null, ...JSON.parse(line) });
  });

  test('other orders, blanks and unknown members of its layout', () => {
    const names = ['price', 'x', 'id', 'name'];
    expect(take('{"price": 1.5, "x": [0}', names, ': ', ', ')).toBeUndefined();
    expect(take('{"price": 1.5, "x": {"a": ["}", {}]}}', names, ': ', ', ')).toMatchObject({ price: 1.5 });
    expect(take('{"price": 1.5, "x": -1.5e-7, "id": 3}', names, ': ', ', ')).toEqual({
      id: 3,
      name: null,
      price: 1.5,
    });
  });

  test.each([
    '{"name":"a","id":1}',
    '{"id":1,"id":2}',
    '{"id": 1}',
    '{"id":1.0}',
    '{"id":1e3}',
    '{"id":9007199254740991}',
    '{"name":"a\\x"}',
    '{"name":"a\\u0000"}',
    '{"price":1e309}',
    '{}',
    '',
  ])('%s is a surprise', (line) => {
    expect(take(line)).toBeUndefined();
  });

  test('rows of the scanner and of the long way have one hidden class', () => {
    setFlagsFromString('--allow-natives-syntax');
    const sameClass = new Function('a', 'b', 'return %HaveSameMap(a, b)') as (
      a: unknown,
      b: unknown,
    ) => boolean;
    setFlagsFromString('--no-allow-natives-syntax');
    const decoder = ndjsonDecoder(spec(columns));
    const read = decode(decoder, '{"id":1,"name":"a","price":1.5}\n{"name":"\\u0061","id":2,"price":1.5}');
    expect(sameClass(read[0]?.row, read[1]?.row)).toBe(true);
  });
});

describe('a decoder learns', () => {
  const columns = [column('id', 'BIGINT'), column('name', 'VARCHAR')];
  /** How many of the lines went through JSON.parse. */
  function parsed(lines: readonly string[]): number {
    const parse = JSON.parse;
    let calls = 0;
    JSON.parse = (...args: Parameters<typeof parse>) => {
      calls++;
      return parse(...args);
    };
    try {
      expect(decode(ndjsonDecoder(spec(columns)), lines.join('\n')).every(({ row }) => row !== null)).toBe(
        true,
      );
    } finally {
      JSON.parse = parse;
    }
    return calls;
  }
  const many = (line: string): string[] => new Array(100).fill(line);

  test.each([
    ['{"name":"a","id":1}', 1],
    ['{"id": 1, "name": "a"}', 1],
    ['{"more":null,"name":"a","other":"x","id":1}', 1],
    ['{"id":1,"name":"a"}', 0],
    ['{"id":1 ,"name":"a"}', 100],
  ])('%s: %i of 100 are parsed', (line, wanted) => {
    expect(parsed(many(line))).toBe(wanted);
  });

  test('members that are left out where they are NULL', () => {
    expect(parsed(['{"name":"a"}', ...many('{"name":"a","id":1}'), ...many('{"id":1}')])).toBe(1);
  });

  test('not from two producers in turns for ever', () => {
    const turns = many('').flatMap(() => ['{"name":"a","id":1}', '{"id":1,"name":"a","x":1}']);
    expect(parsed(turns)).toBeLessThanOrEqual(110);
  });
});
