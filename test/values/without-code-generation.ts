function forbid(): () => void {
  const original = globalThis.Function;
  globalThis.Function = function forbidden() {
    throw new EvalError('Code generation from strings disallowed for this context');
  } as unknown as FunctionConstructor;
  return () => {
    globalThis.Function = original;
  };
}

/** Runs `make` as a process would that forbids code generation from text. */
export function withoutCodeGeneration<T>(make: () => T): T {
  const allow = forbid();
  try {
    return make();
  } finally {
    allow();
  }
}

/** The same, until the promise that `make` gives is settled. */
export async function withoutCodeGenerationIn<T>(make: () => Promise<T>): Promise<T> {
  const allow = forbid();
  try {
    return await make();
  } finally {
    allow();
  }
}
