import { wrong } from '../../../errors.ts';
import type { SqlType } from '../../../values/sql-type.ts';
import { literal, peer } from '../literal.ts';
import { type Made, made, madeOf } from '../made.ts';
import { site, there } from '../site.ts';

/** A method of a value: what it makes of the value and the arguments as written. */
export type Method = (self: Made, ...args: unknown[]) => Made;
/** The methods of a family of types, by name. */
export type Methods = Readonly<Record<string, Method>>;

/** An argument: a value of the row, or a literal taken as `type`. */
export function operand(type: SqlType, argument: unknown): Made {
  return madeOf(argument) ?? made(literal(type, argument), []);
}

/** An argument of a comparison: a value of the row, or a literal of the type's family. */
export function compared(type: SqlType, argument: unknown): Made {
  return madeOf(argument) ?? made(peer(type, argument), []);
}

/** An argument that can only be a literal. */
export function onlyLiteral(type: SqlType, argument: unknown): Made {
  if (madeOf(argument)) throw wrong(there(site(), 'only a literal can stand here, no value of the row'));
  return made(literal(type, argument), []);
}
