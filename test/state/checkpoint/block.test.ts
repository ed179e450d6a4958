import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Block, decodeBlock, encodeBlock, type KeptColumn } from '../../../src/state/checkpoint/block.ts';
import type { SqlType, Value } from '../../../src/values/sql-type.ts';

const columnsOf = (types: readonly SqlType[]): KeptColumn[] =>
  types.map((type, i) => ({ name: `c${i}`, type }));

function blockOf(
  types: readonly SqlType[],
  entries: readonly (readonly [number, readonly Value[] | null])[],
): Block {
  const block = new Block(columnsOf(types));
  for (const [place, values] of entries) {
    if (values === null) block.gone(place);
    else {
      const at = block.add(place);
      values.forEach((value, i) => {
        (block.values[i] as Value[])[at] = value;
      });
    }
  }
  return block;
}

function entriesOf(block: Block): (readonly [number, readonly Value[] | null])[] {
  let at = 0;
  return Array.from({ length: block.n }, (_, i) => {
    if (block.flags[i] === 0) return [block.places[i] as number, null] as const;
    const entry = [block.places[i] as number, block.values.map((column) => column[at] as Value)] as const;
    at++;
    return entry;
  });
}

const value: Readonly<Record<string, fc.Arbitrary<Value>>> = {
  INT: fc.option(fc.integer()),
  BIGINT: fc.option(fc.maxSafeInteger()),
  DOUBLE: fc.option(fc.double({ noNaN: true })),
  VARCHAR: fc.option(
    fc.oneof(
      fc.string(),
      fc.string({ unit: 'binary' }),
      fc.string({ minLength: 250, maxLength: 300 }),
      fc.constant('\ud800'),
    ),
  ),
  BOOLEAN: fc.option(fc.boolean()),
  'DECIMAL(20,2)': fc.option(fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n })),
  'BIGINT(bigint)': fc.option(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })),
  'TIMESTAMP(3)': fc.option(fc.integer({ min: 0, max: 4e12 })),
  DATE: fc.option(fc.integer({ min: -100_000, max: 100_000 })),
};

test('what is written is read again, whatever the types and values', () => {
  const types = fc.array(fc.constantFrom(...(Object.keys(value) as SqlType[])), { maxLength: 5 });
  const blocks = types.chain((chosen) =>
    fc.tuple(
      fc.constant(chosen),
      fc.array(
        fc.tuple(
          fc.nat(2 ** 31),
          fc.option(fc.tuple(...chosen.map((type) => value[type] as fc.Arbitrary<Value>))),
        ),
        { maxLength: 40 },
      ),
    ),
  );
  fc.assert(
    fc.property(blocks, ([chosen, entries]) => {
      const bytes = encodeBlock(blockOf(chosen, entries));
      expect(entriesOf(decodeBlock(bytes, columnsOf(chosen)))).toEqual(entries);
    }),
    { numRuns: 300 },
  );
});

test('−0 keeps its sign', () => {
  const read = decodeBlock(encodeBlock(blockOf(['DOUBLE'], [[0, [-0]]])), columnsOf(['DOUBLE']));
  expect(Object.is(read.values[0]?.[0], -0)).toBe(true);
});

test('a block that is used again holds the later entries alone', () => {
  const block = blockOf(
    ['VARCHAR'],
    [
      [1, ['a']],
      [2, ['b']],
      [3, null],
    ],
  );
  block.clear();
  const at = block.add(9);
  (block.values[0] as Value[])[at] = 'c';
  expect(entriesOf(decodeBlock(encodeBlock(block), columnsOf(['VARCHAR'])))).toEqual([[9, ['c']]]);
});

test('many texts, few or many of them different, of any width, into a block that held others', () => {
  const columns = columnsOf(['VARCHAR']);
  const into = new Block(columns);
  const texts = fc
    .array(fc.oneof(fc.string({ maxLength: 3 }), fc.string({ unit: 'binary', maxLength: 3 })), {
      minLength: 1,
    })
    .chain((words) => fc.array(fc.constantFrom(...words), { minLength: 200, maxLength: 400 }));
  fc.assert(
    fc.property(texts, (list) => {
      const entries = list.map((text, i): [number, Value[]] => [i, [text]]);
      const bytes = encodeBlock(blockOf(['VARCHAR'], entries));
      expect(entriesOf(decodeBlock(bytes, columns, { into }))).toEqual(entries);
    }),
    { numRuns: 100 },
  );
});

test('bytes that end early, go on too long or have other columns are an error', () => {
  const columns = columnsOf(['INT', 'VARCHAR']);
  const bytes = encodeBlock(
    blockOf(
      ['INT', 'VARCHAR'],
      [
        [1, [7, 'x']],
        [2, [null, 'yy']],
      ],
    ),
  );
  for (let end = 0; end < bytes.length; end++)
    expect(() => decodeBlock(bytes.subarray(0, end), columns)).toThrow(/state/);
  expect(() => decodeBlock(Buffer.concat([bytes, Buffer.of(0)]), columns)).toThrow('goes on');
  expect(() => decodeBlock(bytes, columnsOf(['INT']))).toThrow('2 columns, not 1');
});
