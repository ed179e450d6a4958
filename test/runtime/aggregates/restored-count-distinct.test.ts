import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { CountDistinct } from '../../../src/runtime/aggregates/count-distinct.ts';
import { Block } from '../../../src/state/checkpoint/block.ts';

const step = fc.record({
  add: fc.boolean(),
  group: fc.nat(3),
  value: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
});

test('a count that is restored from a snapshot of any age and the changes since goes on as the first (property)', () => {
  fc.assert(
    fc.property(fc.array(fc.array(step, { maxLength: 20 }), { maxLength: 8 }), fc.nat(8), (epochs, at) => {
      const first = new CountDistinct('VARCHAR');
      const blocks: Block[] = [];
      const counts = new Map<string, number>();
      for (let group = 0; group <= 3; group++) first.open(group);
      for (const [number, steps] of epochs.entries()) {
        for (const { add, group, value } of steps) {
          const key = `${group}${value}`;
          const count = counts.get(key) ?? 0;
          if (!add && count === 0) continue;
          first.save(group);
          if (add) first.add(group, value, -1);
          else first.retract(group, value, -1);
          counts.set(key, count + (add ? 1 : -1));
        }
        const changed = new Block(first.part.columns);
        first.part.changed(changed);
        first.commit();
        if (number < at) blocks.length = 0;
        else blocks.push(changed);
        if (number + 1 === at || (number === 0 && at === 0)) {
          const snapshot = new Block(first.part.columns);
          first.part.range(0, first.part.end, snapshot);
          blocks.unshift(snapshot);
        }
      }
      const second = new CountDistinct('VARCHAR');
      for (let group = 0; group <= 3; group++) second.open(group);
      if (at > epochs.length) return;
      for (const block of blocks) second.part.restore(block);
      second.part.restored();
      const results = (of: CountDistinct) => [0, 1, 2, 3].map((group) => of.result(group));
      expect(results(second)).toEqual(results(first));
      for (const of of [first, second])
        for (const group of [0, 1, 2, 3])
          for (const value of ['a', 'b', 'c', 'd', 'e', 'f']) {
            of.save(group);
            if ((counts.get(`${group}${value}`) ?? 0) > 0) of.retract(group, value, -1);
            else of.add(group, value, -1);
          }
      expect(results(second)).toEqual(results(first));
    }),
  );
});
