import { describe, expect, test } from '@jest/globals';
import { mysqlDialect } from '../../../src/connectors/sql/mysql.ts';
import { SQLITE } from '../../../src/connectors/sql/sqlite.ts';
import {
  bindTable,
  byKey,
  parts,
  refuseHeavy,
  textByCount,
  weight,
} from '../../../src/connectors/sql/statement.ts';
import { table } from './fixture.ts';

test('parts keep the order, and neither the number nor the weight is exceeded but by one alone', () => {
  const cut = (weights: number[], most: number, bytes: number) => [...parts(weights, most, bytes, (w) => w)];
  expect(cut([], 2, 10)).toEqual([]);
  expect(cut([1, 1, 1, 1, 1], 2, 10)).toEqual([[1, 1], [1, 1], [1]]);
  expect(cut([4, 6, 1, 20, 3], 9, 10)).toEqual([[4, 6], [1], [20], [3]]);
});

test('a text is made once for a number of rows, as long as it is used', () => {
  let made = 0;
  const text = textByCount((n) => `${n}:${++made}`);
  expect([text(3), text(3), text(2), text(3)]).toEqual(['3:1', '3:1', '2:2', '3:1']);
  for (let n = 100; n < 163; n++) text(n);
  // 64 are kept: 2 was used least lately.
  expect([text(3), text(2)]).toEqual(['3:1', '2:66']);
});

describe('of a table', () => {
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

  test('the weight is an upper bound of what is sent', () => {
    const row = { a: '\u4e2d', b: 1, t: `'"\\` };
    expect(weight(bound.columns, row)).toBeGreaterThanOrEqual(Buffer.byteLength(`'\u4e2d', 1, '\\'\\"\\\\'`));
  });

  test('a row that no statement can hold is refused with its size', () => {
    const small = bindTable(mysqlDialect({ version: '8.4.0', maxAllowedPacket: 1_000_000 }), two);
    refuseHeavy(small, [{ a: 'k', b: 1, t: 'x'.repeat(900_000) }]);
    expect(() => refuseHeavy(small, [{ a: 'k', b: 1, t: '"'.repeat(900_000) }])).toThrow(
      "table t, key a 'k', b 1: the row takes 1800041 bytes in a statement, the database takes 934464 at most: raise its max_allowed_packet",
    );
  });
});
