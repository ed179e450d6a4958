// A message is read as a line of NDJSON is, whatever is in it, and one message never shows in another.
import { isUtf8 } from 'node:buffer';
import { expect, test } from '@jest/globals';
import { Fault } from '../../../src/connectors/format/fault.ts';
import { jsonMessage } from '../../../src/connectors/format/json-message.ts';
import { lineReader, parseLine } from '../../../src/connectors/format/json-row.ts';
import { producer } from '../file/json-lines.ts';
import { column, spec } from '../file/support.ts';

const show = (value: unknown): string =>
  JSON.stringify(value, (_, v) => (typeof v === 'bigint' ? `${v}n` : Object.is(v, -0) ? '-0' : v)) ?? '';
const answerOf = (row: unknown) =>
  row instanceof Fault ? [row.reason, row.column] : Object.entries(row ?? {});

test('as JSON.parse and the check of every column do, over many messages of one producer', () => {
  let rows = 0;
  for (let seed = 1; seed <= 60; seed++) {
    const { columns, line } = producer(seed);
    const keep = columns.filter((_, i) => (seed >> (i % 5)) % 2 === 0).map(({ name }) => name);
    const read = jsonMessage(spec(columns, keep));
    const readLine = lineReader(columns, keep);
    for (let n = 0; n < 150; n++) {
      const { bytes } = line();
      const parsed = isUtf8(bytes) ? parseLine(bytes.toString()) : new Fault('invalid UTF-8');
      const slow = parsed instanceof Fault ? parsed : readLine(parsed);
      if (!(slow instanceof Fault)) rows++;
      const quick = read(bytes);
      if (show(answerOf(quick)) !== show(answerOf(slow)))
        expect({ seed, text: bytes.toString(), answer: answerOf(quick) }).toEqual({
          seed,
          text: bytes.toString(),
          answer: answerOf(slow),
        });
    }
  }
  expect(rows).toBeGreaterThan(2000);
});

test.each<[string, string]>([
  ['a second object behind a newline', '{"id":1,"name":"a"}\n{"id":2,"name":"b"}'],
  ['a second object behind nothing', '{"id":1,"name":"a"}{"id":2,"name":"b"}'],
  ['nothing', ''],
  ['half a message', '{"id":1,"na'],
])('%s is no row', (_, text) => {
  const read = jsonMessage(spec([column('id', 'BIGINT'), column('name', 'VARCHAR')]));
  read(Buffer.from('{"id":1,"name":"a"}'));
  expect(read(Buffer.from(text))).toBeInstanceOf(Fault);
});

test('over several lines, with blanks, or longer than any before', () => {
  const read = jsonMessage(spec([column('id', 'BIGINT'), column('name', 'VARCHAR')]));
  const long = 'x'.repeat(100_000);
  for (const [text, row] of [
    ['{\n  "id": 1,\n  "name": "a"\n}\n', { id: 1, name: 'a' }],
    [`{"id":2,"name":"${long}"}`, { id: 2, name: long }],
    ['{"id":3,"name":"保"}', { id: 3, name: '保' }],
    ['{"id":4}', { id: 4, name: null }],
  ] as const)
    expect(read(Buffer.from(text))).toEqual(row);
});
