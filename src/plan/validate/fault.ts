import type { Site } from '../node.ts';

/** What is wrong with a plan, and the place in the job that made it. */
export interface Fault {
  readonly at: Site;
  /** What is wrong and what to do: the words of the compile-time message, where there is one. */
  readonly message: string;
}
