import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Task } from './child.ts';

/**
 * Does a task in a process of its own, so that no result depends on what was compiled or held before it.
 * @throws what the task threw, or where the process died
 */
export function inChild<T>(task: Task): Promise<T> {
  return new Promise((resolve, reject) => {
    const child = fork(fileURLToPath(new URL('child.ts', import.meta.url)), [], {
      execArgv: [...process.execArgv, '--expose-gc'],
    });
    child.on('message', ({ result, error }: { result: T; error?: string }) =>
      error === undefined ? resolve(result) : reject(new Error(error)),
    );
    child.on('exit', (code, signal) => reject(new Error(`the child process ended with ${signal ?? code}`)));
    child.send(task);
  });
}
