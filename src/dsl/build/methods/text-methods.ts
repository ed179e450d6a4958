import type { FunctionName } from '../../../plan/expression.ts';
import { called, made } from '../made.ts';
import { equality } from './comparisons.ts';
import { type Method, type Methods, onlyLiteral, operand } from './operand.ts';

const withText =
  (name: FunctionName): Method =>
  (self, text) =>
    called(name, [self, onlyLiteral('VARCHAR', text)]);
const plain =
  (name: FunctionName): Method =>
  (self) =>
    called(name, [self]);

/** VARCHAR. */
export const textMethods: Methods = {
  ...equality,
  like: withText('like'),
  contains: withText('contains'),
  startsWith: withText('startsWith'),
  endsWith: withText('endsWith'),
  lower: plain('lower'),
  upper: plain('upper'),
  trim: plain('trim'),
  length: plain('length'),
  substring: (self, from, length) =>
    called('substring', [
      self,
      onlyLiteral('INT', from),
      ...(length === undefined ? [] : [onlyLiteral('INT', length)]),
    ]),
  concat: (self, other) => called('concat', [self, operand('VARCHAR', other)]),
  toDouble: (self) => made({ op: 'cast', of: self.expression, to: 'DOUBLE', try: true }, [self]),
};
