import { relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { MillraceError, wrong } from '../errors.ts';

/** `jobs/x.ts:12`: the first place of a stack in the project's own files; else the file itself. */
function placeIn(error: Error, path: string): string {
  const own = relative(process.cwd(), path);
  for (const line of (error.stack ?? '').split('\n').slice(1)) {
    const match = /(file:\/\/[^\s()]+?|\/[^\s():]+):(\d+):\d+\)?$/.exec(line);
    if (match === null) continue;
    const file = (match[1] as string).startsWith('file:')
      ? fileURLToPath((match[1] as string).replace(/\?.*$/, ''))
      : (match[1] as string);
    if (file === path) return `${own}:${match[2]}`;
  }
  return own;
}

/** The message of a transform or loader error, without its frame of source text. */
const firstLines = (error: Error): string =>
  error.message
    .split('\n')
    .filter((line) => line.trim() !== '')
    .slice(0, 3)
    .join('\n  ');

/**
 * Loads a TypeScript or JavaScript file of the project.
 * @throws exit 2 with the place and the reason where it cannot be loaded; an error of Millrace's own as it is
 */
export async function loadModule(path: string): Promise<Record<string, unknown>> {
  try {
    return (await import(pathToFileURL(path).href)) as Record<string, unknown>;
  } catch (error) {
    if (error instanceof MillraceError) throw error;
    if (!(error instanceof Error))
      throw wrong(`${relative(process.cwd(), path)} cannot be loaded: ${error}`, error);
    throw wrong(`${placeIn(error, path)} cannot be loaded: ${firstLines(error)}`, error);
  }
}
