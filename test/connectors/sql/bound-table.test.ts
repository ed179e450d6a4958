import { expect, test } from '@jest/globals';
import { bindTable, byKey } from '../../../src/connectors/sql/bound-table.ts';
import { SQLITE } from '../../../src/connectors/sql/sqlite.ts';
import { table } from './fixture.ts';

const two = table('t', 2, { a: 'VARCHAR', b: 'BIGINT', t: 'VARCHAR' });
const bound = bindTable(SQLITE, two);
test('rows are ordered by key, texts by code point', () => {
  const rows = [
    { a: '\u{1f600}', b: 1 },
    { a: 'b', b: 10 },
    { a: 'b', b: 9 },
    { a: '\uffee', b: 1 },
  ];
  expect([...rows].sort(byKey(bound)).map(({ a, b }) => `${a}${b}`)).toEqual([
    'b9',
    'b10',
    '\uffee1',
    '\u{1f600}1',
  ]);
});
