import { expect, test } from '@jest/globals';
import { ShardFamily } from '../../../src/connectors/datahub/shard-family.ts';

const shard = (id: string, ...parents: string[]) => ({
  ...{ id, parents, state: 'ACTIVE', keys: undefined },
});

test('a shard follows all that it was made from', () => {
  const family = new ShardFamily();
  expect(family.list([shard('0'), shard('1')])).toEqual(['0', '1']);
  expect(family.ready()).toEqual(['0', '1']);
  expect(family.list([shard('0'), shard('1'), shard('2', '0', '1'), shard('3', '2')])).toEqual(['2', '3']);
  expect(family.ready()).toEqual([]);
  family.drain('0');
  expect(family.ready()).toEqual([]);
  family.drain('1');
  expect(family.ready()).toEqual(['2']);
  expect(family.ready()).toEqual([]);
  family.drain('2');
  expect(family.ready()).toEqual(['3']);
});

test('one whose parents have expired is read, one whose parent is being read is not, listed or not', () => {
  const family = new ShardFamily();
  family.list([shard('5', '1'), shard('6')]);
  expect(family.ready()).toEqual(['5', '6']);
  family.list([shard('7', '5'), shard('6')]);
  expect(family.ready()).toEqual([]);
  family.drain('5');
  expect(family.ready()).toEqual(['7']);
});

test('one is behind its descendants that were read', () => {
  const family = new ShardFamily();
  family.list([shard('0'), shard('1', '0'), shard('2', '1'), shard('3')]);
  expect(['0', '1', '2', '3'].map((id) => family.isBehind(id, new Set(['2'])))).toEqual([
    true,
    true,
    false,
    false,
  ]);
});
