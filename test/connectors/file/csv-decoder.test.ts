import { describe, expect, test } from '@jest/globals';
import { csvDecoder } from '../../../src/connectors/file/csv-decoder.ts';
import { column, decode, spec } from './support.ts';

const orders = spec([
  column('id', 'BIGINT'),
  column('name', 'VARCHAR'),
  column('price', 'DOUBLE'),
  column('paid', 'DECIMAL(10,2)'),
]);
const read = (content: string | Uint8Array, of = orders) => decode(csvDecoder(of, 'a.csv'), content);
const rows = (content: string) => read(content).map(({ row }) => row);

describe('header and fields', () => {
  test('names in any order, unknown ones ignored, a missing column is NULL', () => {
    expect(rows('price,more,id\n1.5,x,2\n-2,,3\n')).toStrictEqual([
      { id: 2, name: null, price: 1.5, paid: null },
      { id: 3, name: null, price: -2, paid: null },
    ]);
  });

  test('an empty field without quotes is NULL, "" is the empty text', () => {
    expect(rows('id,name\n,\n1,""\n"2",')).toMatchObject([
      { id: null, name: null },
      { id: 1, name: '' },
      { id: 2, name: null },
    ]);
  });

  test('quotes carry no type, and may hold commas, quotes and line ends', () => {
    const name = 'a,"b"\r\nc';
    expect(rows(`"name","id"\n"a,""b""\r\nc",1\n"王""小明","2"\n`)).toMatchObject([
      { id: 1, name },
      { id: 2, name: '王"小明' },
    ]);
  });

  test('values are read by the type of their column', () => {
    expect(rows('id,price,paid\n1.0,1e3,12.50\n" 7 ",+.5,"8"')).toMatchObject([
      { id: 1, price: 1000, paid: 1250n },
      { id: 7, price: 0.5, paid: 800n },
    ]);
    const of = spec([
      column('b', 'BOOLEAN'),
      column('t', 'TIMESTAMP(3)'),
      column('s', 'TIMESTAMP(3)', { from: 'seconds' }),
      column('d', 'DATE'),
      column('i', 'INT'),
      column('n', 'BIGINT(bigint)'),
    ]);
    const content = 'b,t,s,d,i,n\nTRUE,1970-01-01 00:00:01,2.5,1970-01-02,-3,9223372036854775807\nfalse,,,,,';
    expect(read(content, of).map(({ row }) => row)).toStrictEqual([
      { b: true, t: 1000, s: 2500, d: 1, i: -3, n: 9223372036854775807n },
      { b: false, t: null, s: null, d: null, i: null, n: null },
    ]);
  });

  test.each([
    ['x,id\n', 'id', "wanted BIGINT, got 'x'"],
    ['"",a\n', 'id', "wanted BIGINT, got ''"],
    ['9007199254740992,a\n', 'id', "wanted BIGINT, got '9007199254740992'"],
    ['1,"a\0"\n', 'name', 'wanted VARCHAR, got text with U+0000'],
  ])('%j is rejected', (line, name, reason) => {
    expect(read(`id,name\n${line}`)[0]).toMatchObject({ row: null, column: name, reason });
  });

  test('a repeated name, and a first line without a column, are exit 2', () => {
    const exit2 = (message: string) => expect.objectContaining({ exitCode: 2, message });
    expect(() => read('id,name,id\n1,2,3\n')).toThrow(exit2('a.csv: the header has the name "id" twice'));
    expect(() => read('1,王小明\n')).toThrow(
      exit2(
        'a.csv: the first line must be a header with column names of orders (id, name, price, paid), and has none of them',
      ),
    );
    expect(() => read('"id,name\n1,a\n')).toThrow(
      exit2('a.csv: the header has a quoted field without its closing quote'),
    );
    expect(() => read(Buffer.from([0x69, 0x64, 0x2c, 0xff, 10]))).toThrow(
      exit2('a.csv: the header is not valid UTF-8'),
    );
  });

  test('an empty file has no rows', () => {
    expect(read('')).toEqual([]);
    expect(read('id,name\n')).toEqual([]);
  });
});

describe('records', () => {
  test('blank lines are no rows; offsets are bytes, raw is the record', () => {
    expect(
      read('id,name\r\n\r\n1,王\r\n  \n"2","a\r\nb"\r\n3,').map(({ offset, raw }) => [offset, raw]),
    ).toEqual([
      [11, Buffer.from('1,王').toString('latin1')],
      [21, '"2","a\r\nb"'],
      [33, '3,'],
    ]);
  });

  test('too few and too many fields are rejected, the lines around them are not', () => {
    expect(read('id,name\n1,a\n2\n3,b,c\n4,d\n').map(({ row, reason }) => row?.id ?? reason)).toEqual([
      1,
      '1 field, the header has 2',
      '3 fields, the header has 2',
      4,
    ]);
  });

  test('invalid UTF-8 is rejected, also in a field that is no column', () => {
    const content = Buffer.concat([
      Buffer.from('id,more\n1,a\n2,'),
      Buffer.of(0xff),
      Buffer.from('\n3,王\n'),
    ]);
    expect(read(content).map(({ row, reason }) => row?.id ?? reason)).toEqual([1, 'invalid UTF-8', 3]);
  });

  test('of a record with broken quotes the first line is rejected, and reading goes on behind it', () => {
    const content = 'id,name\n1,a"b\n2,"c"d\n3,"e\n4,f\n5,"g';
    expect(read(content).map(({ row, reason, raw }) => row?.id ?? [raw, reason])).toEqual([
      ['1,a"b', 'a quote inside a field that is not quoted'],
      ['2,"c"d', 'text after a closing quote'],
      ['3,"e', 'text after a closing quote'],
      4,
      ['5,"g', 'a quoted field without its closing quote'],
    ]);
  });

  test('at most max rows at once', () => {
    const content = 'id\n1\n"2\n3\n4\n';
    const ids = (max: number) =>
      decode(csvDecoder(orders, 'a.csv'), content, max).map(({ row }) => row?.id ?? null);
    expect(ids(1)).toEqual([1, null, 3, 4]);
    expect(ids(100)).toEqual([1, null, 3, 4]);
  });

  test('NULL in a NOT NULL column is rejected', () => {
    const of = spec([column('id', 'BIGINT', { nullable: false }), column('name', 'VARCHAR')], ['name']);
    expect(read('name\na\n', of)[0]).toMatchObject({ row: null, column: 'id' });
    expect(read('name,id\na,\nb,1', of).map(({ row, column }) => row ?? column)).toEqual([
      'id',
      { name: 'b' },
    ]);
  });
});
