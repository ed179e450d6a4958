import { relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Site } from '../../plan/node.ts';

const folder = fileURLToPath(new URL('../', import.meta.url));
const root = fileURLToPath(new URL('../../../', import.meta.url));
/** The DSL itself, as run and as source maps name it. */
const own = [folder, `${root}src${sep}dsl${sep}`, `${root}dist${sep}dsl${sep}`];

/** File and line of a frame of a stack trace; undefined where it names none. */
function placeOf(frame: string): Site | undefined {
  const wrapped = /^\s*at .*? \((.*):(\d+):\d+\)$/.exec(frame);
  const [, path, line] = wrapped ?? /^\s*at (?:async )?(.*):(\d+):\d+$/.exec(frame) ?? [];
  if (path === undefined || line === undefined || path.startsWith('node:')) return undefined;
  const bare = path.replace(/\?.*$/, '');
  return { file: bare.startsWith('file:') ? fileURLToPath(bare) : bare, line: Number(line) };
}

function shown(file: string): string {
  const inside = relative(process.cwd(), file);
  return inside.startsWith('..') || inside === '' ? file : inside.split(sep).join('/');
}

/** The place in the job that calls the DSL: the first frame outside of it. */
export function site(): Site {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 40;
  const stack = new Error().stack ?? '';
  Error.stackTraceLimit = limit;
  for (const frame of stack.split('\n').slice(1)) {
    const place = placeOf(frame);
    if (place && !own.some((path) => place.file.startsWith(path))) {
      return Object.freeze({ file: shown(place.file), line: place.line });
    }
  }
  return Object.freeze({ file: '(unknown)', line: 0 });
}

/** A message with its place in the job in front. */
export const there = (at: Site, message: string): string => `${at.file}:${at.line}: ${message}`;
