import { expect, test } from '@jest/globals';
import type { Shard } from '../../../src/connectors/datahub/datahub-port.ts';
import { shardRouter } from '../../../src/connectors/datahub/shard-router.ts';

const at = (digit: string, rest = '0') => `${digit}${rest.repeat(31)}`;
const shard = (id: string, begin: string, end: string, state = 'ACTIVE'): Shard => ({
  ...{ id, state, parents: [] },
  keys: begin === '' ? undefined : { begin, end },
});

test('hashes go where their hash keys are, and stay there when another shard is split', () => {
  const before = [shard('0', at('0'), at('8')), shard('1', at('8'), at('F', 'F'))];
  const after = [
    shard('0', at('0'), at('8'), 'CLOSED'),
    before[1] as Shard,
    shard('2', at('0'), at('4')),
    shard('3', at('4'), at('8')),
  ];
  const hashes = [at('0'), at('3', 'F'), at('4'), at('7', 'F'), at('8'), at('F', 'F')];
  expect(hashes.map((hash) => shardRouter(before)?.(hash))).toEqual(['0', '0', '0', '0', '1', '1']);
  expect(hashes.map((hash) => shardRouter(after)?.(hash))).toEqual(['2', '2', '3', '3', '1', '1']);
});

test('shards without hash keys are taken by number; closed ones never', () => {
  const route = shardRouter([shard('0', '', ''), shard('1', '', ''), shard('2', '', '', 'CLOSED')]);
  expect(['00000000', '00000001', '00000002', 'FFFFFFFF'].map((hash) => route?.(hash))).toEqual([
    '0',
    '1',
    '0',
    '1',
  ]);
  expect(shardRouter([shard('2', '', '', 'CLOSED')])).toBeUndefined();
});
