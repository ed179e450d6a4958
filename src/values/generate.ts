/**
 * A function from source text, with its own inline caches: property reads of constant names are then as fast as in code
 * written by hand. `scope` gives the names that `body` may use. Undefined where the process forbids code generation; the
 * caller then has a closure that does the same.
 *
 * Text from outside goes into `body` through `quoteName` alone.
 */
export function generate<F>(scope: Readonly<Record<string, unknown>>, body: string): F | undefined {
  try {
    return new Function(...Object.keys(scope), `'use strict';${body}`)(...Object.values(scope)) as F;
  } catch (error) {
    if (error instanceof EvalError) return undefined;
    throw error;
  }
}

/** A column name as a JavaScript string literal. */
export const quoteName = (name: string): string => JSON.stringify(name);
