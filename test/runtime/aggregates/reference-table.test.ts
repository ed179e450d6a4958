import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { CountDistinct } from '../../../src/runtime/aggregates/count-distinct.ts';
import { ReferenceTable } from '../../../src/runtime/aggregates/reference-table.ts';

test('a value has one id as long as it is in; a right hint saves the hash, a wrong one does no harm', () => {
  const table = new ReferenceTable();
  const a = table.idOf('a', undefined);
  const b = table.idOf('b', a);
  expect(b).not.toBe(a);
  expect(table.idOf('a', a)).toBe(a);
  expect(table.idOf('a', b)).toBe(a);
});

test('a value whose last reference is swept is forgotten; its id serves another', () => {
  const table = new ReferenceTable();
  const a = table.idOf('a', undefined);
  const reference = table.reference(a, 0);
  table.sweep(reference);
  expect(table.idOf('b', a)).toBe(a);
  expect(table.idOf('a', a)).not.toBe(a);
});

// Few values over many groups cross from the walk to the hash and back.
const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('add' as const),
      group: fc.nat(20),
      value: fc.constantFrom('a', 'b', 'c'),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('retract' as const),
      group: fc.nat(20),
      value: fc.constantFrom('a', 'b', 'c'),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constantFrom('commit' as const, 'rollback' as const), group: fc.nat(20) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('clear' as const), group: fc.nat(20) }) },
);

test('countDistinct is the number of values with references, through commits, rollbacks and cleared groups (property)', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 300 }), fc.boolean(), (steps, hints) => {
      const distinct = new CountDistinct('VARCHAR');
      for (let group = 0; group <= 20; group++) distinct.open(group);
      let model = new Map<string, number>();
      let sealed = new Map<string, number>();
      const count = (group: number) =>
        [...model].filter(([key, n]) => n > 0 && key.startsWith(`${group}:`)).length;
      const saved = new Set<number>();
      const save = (group: number) => {
        if (!saved.has(group)) distinct.save(group);
        saved.add(group);
      };
      for (const what of steps) {
        if (what.do === 'add' || what.do === 'retract') {
          const key = `${what.group}:${what.value}`;
          const n = model.get(key) ?? 0;
          if (what.do === 'retract' && n === 0) continue;
          save(what.group);
          distinct[what.do](what.group, what.value, hints ? what.group % 4 : -1);
          model.set(key, n + (what.do === 'add' ? 1 : -1));
        } else {
          if (what.do === 'rollback') {
            distinct.rollback();
            model = new Map(sealed);
          } else distinct.commit();
          saved.clear();
          if (what.do === 'clear') {
            distinct.open(what.group);
            for (const key of model.keys()) if (key.startsWith(`${what.group}:`)) model.delete(key);
          }
          sealed = new Map(model);
        }
        expect(distinct.result(what.group)).toBe(count(what.group));
      }
    }),
    { numRuns: 200 },
  );
});
