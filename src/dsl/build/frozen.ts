/** Freezes a node of the plan with all that it holds; what is frozen already stays as it is. */
export function frozen<T extends object>(node: T): T {
  if (Object.isFrozen(node)) return node;
  for (const part of Object.values(node)) {
    if (typeof part === 'object' && part !== null) frozen(part);
  }
  return Object.freeze(node);
}
