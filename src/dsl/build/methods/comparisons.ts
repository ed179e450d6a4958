import { wrong } from '../../../errors.ts';
import type { FunctionName } from '../../../plan/expression.ts';
import { peer } from '../literal.ts';
import { called, made, madeOf } from '../made.ts';
import { site, there } from '../site.ts';
import { compared, type Method, type Methods } from './operand.ts';

const comparison =
  (name: FunctionName): Method =>
  (self, other) =>
    called(name, [self, compared(self.type, other)]);

/** Equality, for every type that has literals of its own. */
export const equality: Methods = {
  eq: comparison('eq'),
  ne: comparison('ne'),
  in(self, ...values) {
    if (values.length === 0) throw wrong(there(site(), 'in() wants at least one value'));
    if (values.some(madeOf))
      throw wrong(there(site(), 'in(…) takes literals: for a column write .eq(…).or(…)'));
    return called('in', [self, ...values.map((value) => made(peer(self.type, value), []))]);
  },
};

/** Order, for numbers and times. */
export const order: Methods = {
  gt: comparison('gt'),
  gte: comparison('gte'),
  lt: comparison('lt'),
  lte: comparison('lte'),
  between: (self, low, high) =>
    called('between', [self, compared(self.type, low), compared(self.type, high)]),
};
