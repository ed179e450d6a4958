/** Runs `make` as a process would that forbids code generation from text. */
export function withoutCodeGeneration<T>(make: () => T): T {
  const original = globalThis.Function;
  globalThis.Function = function forbidden() {
    throw new EvalError('Code generation from strings disallowed for this context');
  } as unknown as FunctionConstructor;
  try {
    return make();
  } finally {
    globalThis.Function = original;
  }
}
