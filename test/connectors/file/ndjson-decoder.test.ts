import { describe, expect, test } from '@jest/globals';
import { ndjsonDecoder } from '../../../src/connectors/file/ndjson-decoder.ts';
import type { SqlType, Value } from '../../../src/values/sql-type.ts';
import { column, decode, spec } from './support.ts';

const DAY = 86_400_000;

/** Reads one value, as the first line of a decoder and as a later one with other members around it. */
function readOne(type: SqlType, json: string, from: 'text' | 'millis' | 'seconds' = 'text') {
  const columns = [column('v', type, { from }), column('w', 'BIGINT')];
  const [line] = decode(ndjsonDecoder(spec(columns)), `{"v":${json},"w":7}`);
  const [spaced] = decode(ndjsonDecoder(spec(columns)), `{ "w" : 7 , "v" : ${json} }`);
  const [alone] = decode(ndjsonDecoder(spec(columns, ['w'])), `{"v":${json},"w":7}`);
  expect([spaced?.row, spaced?.reason, spaced?.column]).toEqual([line?.row, line?.reason, line?.column]);
  expect([alone?.row === null, alone?.reason, alone?.column]).toEqual([
    line?.row === null,
    line?.reason,
    line?.column,
  ]);
  return line;
}

describe('values', () => {
  const good: [SqlType, string, Value, ('text' | 'millis' | 'seconds')?][] = [
    ['BIGINT', '0', 0],
    ['BIGINT', '-0', 0],
    ['BIGINT', '-12', -12],
    ['BIGINT', '1.0', 1],
    ['BIGINT', '1e3', 1000],
    ['BIGINT', '12.50e1', 125],
    ['BIGINT', '9007199254740991', 9007199254740991],
    ['BIGINT', '-9007199254740991', -9007199254740991],
    ['BIGINT', '9007199254740991.000', 9007199254740991],
    ['BIGINT', '123456789012345', 123456789012345],
    ['BIGINT', 'null', null],
    ['INT', '2147483647', 2147483647],
    ['INT', '-2147483648', -2147483648],
    ['BIGINT(bigint)', '9223372036854775807', 9223372036854775807n],
    ['BIGINT(bigint)', '-9223372036854775808', -9223372036854775808n],
    ['BIGINT(bigint)', '9007199254740993', 9007199254740993n],
    ['BIGINT(bigint)', '5', 5n],
    ['DOUBLE', '0.1', 0.1],
    ['DOUBLE', '-0', -0],
    ['DOUBLE', '123456789.123456', 123456789.123456],
    ['DOUBLE', '0.30000000000000004', 0.30000000000000004],
    ['DOUBLE', '1.7976931348623157e308', Number.MAX_VALUE],
    ['DOUBLE', '5e-324', 5e-324],
    ['DECIMAL(10,2)', '12.5', 1250n],
    ['DECIMAL(10,2)', '"12.5"', 1250n],
    ['DECIMAL(10,2)', '" +12.500 "', 1250n],
    ['DECIMAL(10,2)', '99999999.99', 9999999999n],
    ['DECIMAL(10,2)', '1e2', 10000n],
    ['DECIMAL(30,2)', '1234567890123456789012345.67', 123456789012345678901234567n],
    ['DECIMAL(4,2)', '0.00e99999', 0n],
    ['VARCHAR', '""', ''],
    ['VARCHAR', '"王小明"', '王小明'],
    ['VARCHAR', '"\\u738b\\n\\"\\\\"', '王\n"\\'],
    ['VARCHAR', '"😀 and \\ud83d\\ude00"', '😀 and 😀'],
    ['VARCHAR', `"${'长'.repeat(40)}"`, '长'.repeat(40)],
    ['VARCHAR', `"${'x'.repeat(33)}"`, 'x'.repeat(33)],
    ['VARCHAR', `"${'x'.repeat(32)}"`, 'x'.repeat(32)],
    ['VARCHAR', '"ÿ߿ࠀ￿𐀀􏿿"', 'ÿ߿ࠀ￿𐀀􏿿'],
    ['BOOLEAN', 'true', true],
    ['BOOLEAN', 'false', false],
    ['TIMESTAMP(3)', '"1970-01-02T00:00:00Z"', DAY],
    ['TIMESTAMP(3)', '"1970-01-02 08:00:00.5+08:00"', DAY + 500],
    ['TIMESTAMP(3)', '86400000', DAY, 'millis'],
    ['TIMESTAMP(3)', '0', 0, 'millis'],
    ['TIMESTAMP(3)', '-0.0', 0, 'seconds'],
    ['TIMESTAMP(3)', '1.7369064e9', 1736906400000, 'seconds'],
    ['TIMESTAMP(3)', '-1.5', -2, 'millis'],
    ['TIMESTAMP(3)', '86400', DAY, 'seconds'],
    ['TIMESTAMP(3)', '1736906400.1234567', 1736906400123, 'seconds'],
    ['TIMESTAMP(3)', '-0.0001', -1, 'seconds'],
    ['DATE', '"1970-01-03"', 2],
  ];
  test.each(good)('%s from %s', (type, json, value, from = 'text') => {
    expect(readOne(type, json, from)).toMatchObject({ row: { v: value, w: 7 } });
    expect(Object.is(readOne(type, json, from)?.row?.v, value)).toBe(true);
  });

  const bad: [SqlType, string, string, ('text' | 'millis' | 'seconds')?][] = [
    ['BIGINT', '"12"', "wanted BIGINT, got '12'"],
    ['BIGINT', '1.5', 'wanted BIGINT, got 1.5'],
    ['BIGINT', '1e-400', 'wanted BIGINT, got 1e-400'],
    ['BIGINT', '9007199254740992', 'wanted BIGINT, got 9007199254740992'],
    ['BIGINT', '9007199254740993', 'wanted BIGINT, got 9007199254740993'],
    ['BIGINT', '9007199254740991.4', 'wanted BIGINT, got 9007199254740991.4'],
    ['BIGINT', '1.00000000000000000001', 'wanted BIGINT, got 1.00000000000000000001'],
    ['BIGINT', '1e999999999', 'wanted BIGINT, got 1e999999999'],
    ['BIGINT', '9'.repeat(100), `wanted BIGINT, got ${'9'.repeat(60)}…`],
    ['BIGINT', 'true', 'wanted BIGINT, got true'],
    ['BIGINT', '[1]', 'wanted BIGINT, got [1]'],
    ['INT', '2147483648', 'wanted INT, got 2147483648'],
    ['INT', '-2147483649', 'wanted INT, got -2147483649'],
    ['BIGINT(bigint)', '9223372036854775808', 'wanted BIGINT(bigint), got 9223372036854775808'],
    ['BIGINT(bigint)', '"1"', "wanted BIGINT(bigint), got '1'"],
    ['DOUBLE', '1e309', 'wanted DOUBLE, got 1e309'],
    ['DOUBLE', '"1.5"', "wanted DOUBLE, got '1.5'"],
    ['DECIMAL(10,2)', '1.005', 'wanted DECIMAL(10,2), got 1.005'],
    ['DECIMAL(10,2)', '100000000', 'wanted DECIMAL(10,2), got 100000000'],
    ['DECIMAL(10,2)', '"1,5"', "wanted DECIMAL(10,2), got '1,5'"],
    ['DECIMAL(10,2)', '1e999999999', 'wanted DECIMAL(10,2), got 1e999999999'],
    ['VARCHAR', '12', 'wanted VARCHAR, got 12'],
    ['VARCHAR', '{"a":1}', 'wanted VARCHAR, got {"a":1}'],
    ['VARCHAR', '"a\\u0000b"', 'wanted VARCHAR, got text with U+0000'],
    ['VARCHAR', '"a\\ud800b"', 'wanted VARCHAR, got text with a lone surrogate'],
    ['VARCHAR', '"\\ude00\\ud83d"', 'wanted VARCHAR, got text with a lone surrogate'],
    ['BOOLEAN', '1', 'wanted BOOLEAN, got 1'],
    ['BOOLEAN', '"true"', "wanted BOOLEAN, got 'true'"],
    ['TIMESTAMP(3)', '86400000', 'wanted TIMESTAMP(3), got 86400000'],
    ['TIMESTAMP(3)', '"2025-02-30T00:00:00Z"', "wanted TIMESTAMP(3), got '2025-02-30T00:00:00Z'"],
    ['TIMESTAMP(3)', '"1970-01-02"', "wanted TIMESTAMP(3), got '1970-01-02'", 'millis'],
    ['TIMESTAMP(3)', '253402300800000', 'wanted TIMESTAMP(3), got 253402300800000', 'millis'],
    ['TIMESTAMP(3)', '253402300800', 'wanted TIMESTAMP(3), got 253402300800', 'seconds'],
    ['DATE', '"2025-02-29"', "wanted DATE, got '2025-02-29'"],
    ['DATE', '5', 'wanted DATE, got 5'],
  ];
  test.each(bad)('%s not from %s', (type, json, reason, from = 'text') => {
    expect(readOne(type, json, from)).toMatchObject({ row: null, reason, column: 'v' });
  });
});

const orders = spec([column('id', 'BIGINT'), column('name', 'VARCHAR'), column('price', 'DOUBLE')]);
const one = (line: string | Uint8Array, of = orders) => decode(ndjsonDecoder(of), line)[0];

describe('lines', () => {
  test('members by name: unknown ones ignored, missing ones NULL, in any order', () => {
    const row = { id: 1, name: null, price: 2.5 };
    for (const line of [
      '{"price":2.5,"id":1}',
      '{"x":{"id":9},"id":1,"y":[{"price":3}],"price":2.5}',
      '{"price" :\t2.5 , "id":1}  ',
      '{"id":1,"price":2.5,"\\u0000":"\\u0000"}',
    ])
      expect(one(line)?.row).toStrictEqual(row);
    expect(one('{}')?.row).toStrictEqual({ id: null, name: null, price: null });
  });

  test('unknown members are ignored, and must be JSON all the same', () => {
    const decoder = ndjsonDecoder(orders);
    const before = '{"id":1,"x":';
    const values = ['"a"', '{"a":["}",-1.5e3,null]}', '"\\u738b\\"王"', 'true', '[]', '"\\ud800\\u0000"'];
    const bad = ['"\\x"', '{"a":}', '[1,]', '[}', '{"a":"\\x"}', 'nul', '+1', '"a', '"\\', '[', "'a'"];
    for (const value of [...values, ...bad, ...values])
      expect([value, decode(decoder, `${before}${value}}`)[0]?.reason]).toEqual([
        value,
        bad.includes(value) ? 'not valid JSON' : undefined,
      ]);
    for (const value of ['"\xff"', '["\xff"]'])
      expect(decode(decoder, Buffer.from(`${before}${value}}`, 'latin1'))[0]?.reason).toBe('invalid UTF-8');
  });

  test('a text does not go on behind its line', () => {
    const lines = ['{"id":1,"name":"a\\', '"}', '{"id":2,"name":"a', '"}', '{"id":3}'];
    expect(decode(ndjsonDecoder(orders), lines.join('\n')).map(({ row }) => row?.id)).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
      3,
    ]);
  });

  test('many columns', () => {
    const types: SqlType[] = ['BIGINT', 'VARCHAR', 'DOUBLE', 'BOOLEAN'];
    const columns = Array.from({ length: 120 }, (_, i) => column(`c${i}`, types[i % 4] as SqlType));
    const values = columns.map((_, i) => [i, `王"\n${i}`, i / 7, i % 8 === 3][i % 4]);
    const object = Object.fromEntries(columns.map(({ name }, i) => [name, i % 10 === 9 ? null : values[i]]));
    const json = JSON.stringify(object);
    const decoder = ndjsonDecoder(spec(columns));
    expect(decode(decoder, json)[0]?.row).toStrictEqual(object);
    expect(decode(decoder, json.replace('"c1":', '"C1":'))[0]?.row).toStrictEqual({ ...object, c1: null });
    expect(decode(decoder, json.replace('"c100":100', '"c100":"100"'))[0]).toMatchObject({ column: 'c100' });
  });

  test('of a repeated member the last counts, whatever the one before was', () => {
    expect(one('{"id":"x","name":"a","id":2}')?.row).toStrictEqual({ id: 2, name: 'a', price: null });
    expect(one('{"id":2,"id":null}')?.row).toStrictEqual({ id: null, name: null, price: null });
    expect(one('{"id":1,"id":9007199254740993}')).toMatchObject({ row: null, column: 'id' });
    expect(one('{"i\\u0064":9007199254740993,"id":5}')?.row).toMatchObject({ id: 5 });
    expect(one('{"id":5,"i\\u0064":7}')?.row).toMatchObject({ id: 7 });
  });

  test.each([
    ['[1]', 'wanted a JSON object, got [1]'],
    ['null', 'wanted a JSON object, got null'],
    ['"id"', "wanted a JSON object, got 'id'"],
    ['{"id":1', 'not valid JSON'],
    ['{"id":01}', 'not valid JSON'],
    ['{"id":1,}', 'not valid JSON'],
    ['{"id":1}{"id":2}', 'not valid JSON'],
    ['{"id":1}x', 'not valid JSON'],
    ['{"id":1,"price":2.}', 'not valid JSON'],
    ['{"id":-}', 'not valid JSON'],
    ['{"name":"a\tb"}', 'not valid JSON'],
    ['{"name":"a\0b"}', 'not valid JSON'],
    ['{"name":"a\\x"}', 'not valid JSON'],
    ['{id:1}', 'not valid JSON'],
    ['\ufeff{"id":1}', 'not valid JSON'],
  ])('%j is rejected', (line, reason) => {
    expect(one(line)).toMatchObject({
      row: null,
      reason,
      column: undefined,
      raw: Buffer.from(line).toString('latin1'),
    });
  });

  test.each([
    ['a byte that begins nothing', [0xff]],
    ['a sequence that is cut', [0xe7, 0x8e]],
    ['an overlong one', [0xc0, 0x80]],
    ['a surrogate', [0xed, 0xa0, 0x80]],
  ])('invalid UTF-8 is rejected, its neighbours are not: %s', (_, bytes) => {
    const bad = Buffer.concat([Buffer.from('{"id":1,"name":"'), Buffer.from(bytes), Buffer.from('"}')]);
    const content = Buffer.concat([
      Buffer.from('{"id":0,"name":"王"}\n'),
      bad,
      Buffer.from('\n{"id":2,"name":"王"}'),
    ]);
    const read = decode(ndjsonDecoder(orders), content);
    expect(read.map((line) => line.row?.id)).toEqual([0, undefined, 2]);
    expect(read[1]).toMatchObject({ reason: 'invalid UTF-8', raw: bad.toString('latin1') });
  });

  test('blank lines are no rows; \\r\\n ends a line; offsets are bytes', () => {
    const read = decode(ndjsonDecoder(orders), '{"name":"王"}\r\n\r\n \t\n{"id":2}\r\n\n{"id":"x"}\r\n');
    expect(read.map(({ offset, raw }) => [offset, raw])).toEqual([
      [0, Buffer.from('{"name":"王"}').toString('latin1')],
      [21, '{"id":2}'],
      [32, '{"id":"x"}'],
    ]);
  });

  test('at most max rows at once, bad ones counted', () => {
    const bytes = Buffer.concat([Buffer.from('{"id":1}\n{\n{"id":3}\n'), Buffer.alloc(8)]);
    expect(decode(ndjsonDecoder(orders), bytes.subarray(0, 20), 2).map(({ row }) => row?.id)).toEqual([
      1,
      undefined,
      3,
    ]);
  });

  test('NULL in a NOT NULL column is rejected, kept or not', () => {
    const columns = [column('id', 'BIGINT', { nullable: false }), column('name', 'VARCHAR')];
    for (const keep of [['id', 'name'], ['name']])
      for (const line of ['{"name":"a"}', '{"id":null,"name":"a"}'])
        expect(one(line, spec(columns, keep))).toMatchObject({
          row: null,
          reason: 'NULL in a column that is NOT NULL',
          column: 'id',
        });
    expect(one('{"id":1}', spec(columns, ['name']))?.row).toStrictEqual({ name: null });
  });

  test('a row has the kept columns alone, in schema order; what is not kept is checked all the same', () => {
    const keep = spec(orders.schema.columns, ['price', 'id']);
    expect(Object.keys(one('{"price":1,"name":"a","id":2}', keep)?.row ?? {})).toEqual(['id', 'price']);
    expect(one('{"id":2,"name":3,"price":1}', keep)).toMatchObject({ row: null, column: 'name' });
  });

  test('the first bad column in schema order is named', () => {
    expect(one('{"price":"x","name":1,"id":"y"}')).toMatchObject({ column: 'id' });
  });

  test('deep nesting and long lines end as rows or rejects', () => {
    expect(one(`{"id":1,"x":${'['.repeat(100_000)}${']'.repeat(100_000)}}`)?.row).toMatchObject({ id: 1 });
    expect(one(`{"id":1,"x":${'['.repeat(100_000)}}`)).toMatchObject({ reason: 'not valid JSON' });
    expect(one(`{"name":"${'\\"'.repeat(100_000)}"}`)?.row?.name).toHaveLength(100_000);
  });
});

describe('hostile names', () => {
  const names = [
    '__proto__',
    'constructor',
    'toString',
    '"]:1,"',
    "';throw 1;'",
    '`\x24{process.exit(3)}`',
    '*/throw 1;/*',
    '\u2028\u2029',
    '\ud800',
    '\\',
    'a\nb',
    '\0',
    '',
    'c0',
    'b[p]',
    '订单',
  ];
  const of = spec(names.map((name) => column(name, 'BIGINT')));
  const json = `{${names.map((name, i) => `${JSON.stringify(name)}:${i}`).join(',')}}`;

  test('are names', () => {
    const [row] = decode(ndjsonDecoder(of), json);
    expect(Object.keys(row?.row ?? {})).toEqual(names);
    expect(Object.values(row?.row ?? {})).toEqual(names.map((_, i) => i));
    expect(Object.getPrototypeOf(row?.row)).toBe(Object.prototype);
  });

  test('are NULL where they are not there, and in objects that inherit them', () => {
    expect(Object.values(one('{"x":1}', of)?.row ?? {})).toEqual(names.map(() => null));
    expect(one('{"__proto__":{"id":5}}')?.row).toStrictEqual({ id: null, name: null, price: null });
  });

  test('are learnt as members that are no columns', () => {
    const decoder = ndjsonDecoder(orders);
    const line = `{${names.map((name) => `${JSON.stringify(name)}:"x"`).join(',')},"id":4}`;
    expect(decode(decoder, `${line}\n${line}\n${line}`).map(({ row }) => row?.id)).toEqual([4, 4, 4]);
  });
});
