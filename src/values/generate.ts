/** A function that was made from source text. */
export interface GeneratedFunction {
  /** What it is for; absent where its maker does not say. */
  readonly what: string | undefined;
  /** The names that its text may use. */
  readonly names: readonly string[];
  /** Statements that return it. */
  readonly body: string;
}

let record: ((made: GeneratedFunction) => void) | undefined;

/**
 * A function from source text, with its own inline caches: property reads of constant names are then as fast as in code
 * written by hand. `scope` gives the names that `body` may use, `what` says to a reader of the code what it is for.
 * Undefined where the process forbids code generation; the caller then has a closure that does the same.
 *
 * Text from outside goes into `body` through `quoteName` alone.
 */
export function generate<F>(
  scope: Readonly<Record<string, unknown>>,
  body: string,
  what?: string,
): F | undefined {
  const names = Object.keys(scope);
  record?.({ what, names, body });
  try {
    return new Function(...names, `'use strict';${body}`)(...Object.values(scope)) as F;
  } catch (error) {
    if (error instanceof EvalError) return undefined;
    throw error;
  }
}

/** Calls `make`, and tells `note` of every function that is generated meanwhile. Inside another one, the inner alone is told. */
export function withGenerated<T>(note: (made: GeneratedFunction) => void, make: () => T): T {
  const outer = record;
  record = note;
  try {
    return make();
  } finally {
    record = outer;
  }
}

/** May this process make functions from text? Not under `node --disallow-code-generation-from-strings`. */
export const mayGenerate = (): boolean => generate({}, 'return true', 'a trial') === true;

/** A column name as that of a member in an object literal: in brackets `__proto__` is a name like any other. */
export const memberName = (name: string): string =>
  name === '__proto__' ? `[${quoteName(name)}]` : quoteName(name);

/** A column name as a JavaScript string literal. */
export const quoteName = (name: string): string => JSON.stringify(name);
