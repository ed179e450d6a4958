import { called, type Made, made } from '../made.ts';
import { typeName } from '../type-name.ts';
import { compared, type Methods, onlyLiteral, operand } from './operand.ts';

const cast = (self: Made, to: unknown, attempt: boolean): Made =>
  made({ op: 'cast', of: self.expression, to: typeName(to), try: attempt }, [self]);

/** What every value can do. */
export const anyMethods: Methods = {
  isNull: (self) => called('isNull', [self]),
  isNotNull: (self) => called('isNotNull', [self]),
  isDistinctFrom: (self, other) => called('isDistinctFrom', [self, compared(self.type, other)]),
  orElse: (self, fallback) => called('orElse', [self, operand(self.type, fallback)]),
  nullIf: (self, value) => called('nullIf', [self, onlyLiteral(self.type, value)]),
  cast: (self, to) => cast(self, to, false),
  tryCast: (self, to) => cast(self, to, true),
};
