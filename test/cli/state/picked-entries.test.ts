import { expect, test } from '@jest/globals';
import { PickedEntries } from '../../../src/cli/state/picked-entries.ts';
import { Block, encodeBlock, type KeptColumn } from '../../../src/state/checkpoint/block.ts';
import type { KeptPart } from '../../../src/state/checkpoint/checkpoint-log.ts';
import type { Value } from '../../../src/values/sql-type.ts';

const [KEY, VALUE]: readonly [KeptColumn, KeptColumn] = [
  { name: 'k', type: 'VARCHAR' },
  { name: 'v', type: 'BIGINT' },
];
const PART: KeptPart = {
  ...{ id: 1, kind: 'state', owner: 'o', name: 'rows', columns: [KEY, VALUE], description: 'rows at x:1' },
};

/** A block of entries: place, key, value; or a place that is empty. */
function block(...entries: readonly (readonly [place: number, k: string, v: number] | number)[]): Buffer {
  const made = new Block(PART.columns);
  for (const entry of entries) {
    if (typeof entry === 'number') {
      made.gone(entry);
      continue;
    }
    const [place, ...values] = entry;
    const at = made.add(place);
    for (const [i, value] of values.entries()) (made.values[i] as Value[])[at] = value;
  }
  return encodeBlock(made);
}

test.each([
  ['what is written last of a place counts', [block([3, 'a', 1]), block([4, 'b', 2], [3, 'a', 5])], [5]],
  ['a place that has become empty', [block([3, 'a', 1]), block(2, 3)], []],
  ['a place that has become another key’s', [block([3, 'a', 1]), block([3, 'b', 2])], []],
  ['a key that has moved', [block([3, 'a', 1]), block(3, [7, 'a', 2])], [2]],
  ['entries behind places that are empty', [block(1, [2, 'b', 1], 5, [3, 'a', 4])], [4]],
])('%s', (_, blocks, wanted) => {
  const picked = new PickedEntries(PART, [KEY], (_place, [k]) => k === 'a');
  for (const bytes of blocks) picked.add(bytes);
  expect(picked.entries.map(({ values }) => values[1])).toEqual(wanted);
});
