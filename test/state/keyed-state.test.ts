import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { KEPT_VERSIONS, KeyedState } from '../../src/state/keyed-state.ts';
import { valueKey } from '../../src/values/keys/key-form.ts';
import type { Value } from '../../src/values/sql-type.ts';

const sorted = (values: Iterable<string>) => [...values].sort();

describe('KeyedState', () => {
  test('an epoch is undone as a whole', () => {
    const state = new KeyedState<Value, string>(valueKey());
    state.set(state.slot('a'), 'a1', 1);
    state.commit(1);
    state.set(state.slot('a'), 'a2', 2);
    state.set(state.slot('b'), 'b1', 3);
    state.rollback();
    expect(state.find('b')).toBeUndefined();
    expect(state.get(state.find('a') as number)).toBe('a1');
    expect(state.seq(state.find('a') as number)).toBe(1);
    expect(state.size).toBe(1);
  });

  test('the version before stays readable while the next epoch is open', () => {
    const state = new KeyedState<Value, string>(valueKey());
    const slot = state.slot('a');
    state.set(slot, 'old', 1);
    state.commit(1);
    state.set(slot, 'new', 2);
    expect([...state.version().values()]).toEqual(['old']);
    state.commit(2);
    expect([...state.version(1).values()]).toEqual(['old']);
    expect([...state.version(2).values()]).toEqual(['new']);
  });

  test('a version read during an epoch that is rolled back leaves no trace of it', () => {
    const state = new KeyedState<Value, string>(valueKey());
    const slot = state.slot('a');
    state.set(slot, 'sealed', 1);
    state.commit(1);
    state.set(slot, 'undone', 2);
    state.version();
    state.rollback();
    expect([...state.version().values()]).toEqual(['sealed']);
  });

  test('what no kept version holds is let go, also where every version was read', async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const state = new KeyedState<Value, object>(valueKey());
    const values: WeakRef<object>[] = [];
    const last = KEPT_VERSIONS + 10;
    for (let epoch = 1; epoch <= last; epoch++) {
      const slot = state.slot('a');
      const value = { epoch };
      values.push(new WeakRef(value));
      state.set(slot, value, epoch);
      state.commit(epoch);
      expect(state.version(epoch).at(slot)).toBe(value);
    }
    // A WeakRef holds its value until the turn ends.
    await new Promise((resolve) => setImmediate(resolve));
    collect();
    const held = values.filter((value) => value.deref() !== undefined).length;
    expect(held).toBe(KEPT_VERSIONS + 1);
    expect(state.version(last - KEPT_VERSIONS).at(0)).toEqual({ epoch: last - KEPT_VERSIONS });
  });

  test('an emptied slot is given out again after its commit, not before', () => {
    const state = new KeyedState<Value, string>(valueKey());
    const a = state.slot('a');
    state.set(a, 'a', 1);
    state.commit(1);
    state.set(a, undefined, -1);
    const b = state.slot('b');
    expect(b).not.toBe(a);
    state.set(b, 'b', 2);
    state.commit(2);
    expect(state.slot('c')).toBe(a);
  });

  test('a forgotten key begins anew in another slot', () => {
    const state = new KeyedState<Value, string>(valueKey());
    const a = state.slot('a');
    state.set(a, 'a', 1);
    state.commit(1);
    state.forget(a);
    const again = state.slot('a');
    expect(again).not.toBe(a);
    state.set(again, 'anew', 2);
    state.rollback();
    expect(state.find('a')).toBe(a);
    expect(state.get(a)).toBe('a');
  });

  test('a version that is no longer kept is refused', () => {
    const state = new KeyedState<Value, string>(valueKey());
    for (let epoch = 1; epoch <= KEPT_VERSIONS + 2; epoch++) {
      state.set(state.slot('a'), String(epoch), epoch);
      state.commit(epoch);
    }
    expect(() => state.version(1)).toThrow('version 1 is not kept: 2 to 18 are');
    expect([...state.version(2).values()]).toEqual(['2']);
  });

  test('any history reads as a map with snapshots (property)', () => {
    const key = fc.integer({ min: 0, max: 300 });
    const step = fc.oneof(
      { weight: 8, arbitrary: fc.record({ do: fc.constant('set' as const), key }) },
      { weight: 2, arbitrary: fc.record({ do: fc.constant('remove' as const), key }) },
      {
        weight: 2,
        arbitrary: fc.record({
          do: fc.constantFrom('commit' as const, 'rollback' as const, 'read' as const),
        }),
      },
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 400 }), (steps) => {
        const state = new KeyedState<Value, string>(valueKey());
        let model = new Map<number, string>();
        let sealed = new Map<number, string>();
        const versions: Map<number, string>[] = [new Map()];
        steps.forEach((what, i) => {
          if (what.do === 'set') {
            state.set(state.slot(what.key), `${what.key}:${i}`, i);
            model.set(what.key, `${what.key}:${i}`);
          } else if (what.do === 'remove') {
            const slot = state.find(what.key);
            if (slot !== undefined) state.set(slot, undefined, -1);
            model.delete(what.key);
          } else if (what.do === 'commit') {
            state.commit(versions.length);
            sealed = new Map(model);
            versions.push(sealed);
          } else if (what.do === 'rollback') {
            state.rollback();
            model = new Map(sealed);
          } else {
            const from = Math.max(0, versions.length - 1 - KEPT_VERSIONS);
            for (let epoch = from; epoch < versions.length; epoch++)
              expect(sorted(state.version(epoch).values())).toEqual(
                sorted((versions[epoch] as Map<number, string>).values()),
              );
          }
          for (const [k, value] of model) expect(state.get(state.find(k) as number)).toBe(value);
        });
        expect(sorted(state.version().values())).toEqual(sorted(sealed.values()));
      }),
      { numRuns: 150 },
    );
  });
});
