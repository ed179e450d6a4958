import type { Made } from './made.ts';

/** What resolves a column as written: a name, a function, a callback. */
export interface Cells {
  cell(what: string, cell: unknown): Made;
}
/** A function such as `dayOf('at')`, which learns its row only where it stands. */
export interface ScalarCall {
  /** What its column is called where it gets no other name. */
  readonly column: string;
  readonly make: (row: Cells) => Made;
}

const scalars = new WeakMap<object, ScalarCall>();

/** Makes the object that stands for a function call. */
export function scalar(call: ScalarCall): { readonly column: string } {
  const object = Object.freeze({ column: call.column });
  scalars.set(object, call);
  return object;
}

/** The function call that an object stands for; undefined for anything else. */
export function scalarOf(value: unknown): ScalarCall | undefined {
  return typeof value === 'object' && value !== null ? scalars.get(value) : undefined;
}
