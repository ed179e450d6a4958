import type { FunctionName } from '../../../plan/expression.ts';
import { decimalOf } from '../../../values/sql-type.ts';
import { decimalLiteral } from '../literal.ts';
import { called, made, madeOf } from '../made.ts';
import { equality, order } from './comparisons.ts';
import { type Method, type Methods, onlyLiteral, operand } from './operand.ts';

/** Arithmetic: a literal takes this value's type; beside a DECIMAL it keeps its own digits. */
const arithmetic =
  (name: FunctionName): Method =>
  (self, other) => {
    const exact = decimalOf(self.type) !== undefined && madeOf(other) === undefined;
    return called(name, [self, exact ? made(decimalLiteral(other), []) : operand(self.type, other)]);
  };

const number: Methods = {
  ...equality,
  ...order,
  plus: arithmetic('plus'),
  minus: arithmetic('minus'),
  times: arithmetic('times'),
  negate: (self) => called('negate', [self]),
  abs: (self) => called('abs', [self]),
  toDouble: (self) => made({ op: 'cast', of: self.expression, to: 'DOUBLE', try: false }, [self]),
};

/** INT, BIGINT, BIGINT(bigint). */
export const integerMethods: Methods = {
  ...number,
  quotient: arithmetic('quotient'),
  mod: arithmetic('mod'),
};

/** DOUBLE and DECIMAL. */
export const realMethods: Methods = {
  ...number,
  dividedBy: arithmetic('dividedBy'),
  round: (self, digits = 0) => called('round', [self, onlyLiteral('INT', digits)]),
  floor: (self) => called('floor', [self]),
  ceil: (self) => called('ceil', [self]),
};
