import { wrong } from '../../../errors.ts';
import { show } from '../../../values/show.ts';
import { called, type Made, madeOf, named } from '../made.ts';
import { site, there } from '../site.ts';
import type { Methods } from './operand.ts';

/** A test as somebody wrote it. */
export function testOf(what: string, value: unknown): Made {
  const test = madeOf(value);
  if (test?.type === 'BOOLEAN') return test;
  const got = test ? named(test) : show(value);
  const hint = typeof value === 'boolean' ? ': compare with a method, o.id.gte(3)' : '';
  throw wrong(there(site(), `${what} wants a test of the row, not ${got}${hint}`));
}

/** BOOLEAN. */
export const testMethods: Methods = {
  and: (self, other) => called('and', [self, testOf('and', other)]),
  or: (self, other) => called('or', [self, testOf('or', other)]),
  not: (self) => called('not', [self]),
};
