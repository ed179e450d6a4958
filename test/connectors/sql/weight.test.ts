import { expect, test } from '@jest/globals';
import { bindTable } from '../../../src/connectors/sql/bound-table.ts';
import { mysqlDialect } from '../../../src/connectors/sql/mysql.ts';
import { SQLITE } from '../../../src/connectors/sql/sqlite.ts';
import { refuseHeavy, weight } from '../../../src/connectors/sql/weight.ts';
import { table } from './fixture.ts';

const two = table('t', 2, { a: 'VARCHAR', b: 'BIGINT', t: 'VARCHAR' });
const bound = bindTable(SQLITE, two);
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
