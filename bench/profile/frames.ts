import type { Profiler } from 'node:inspector';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Microseconds that a function itself took, without those that it called. */
interface Frame {
  readonly name: string;
  readonly file: string;
  self: number;
}

/** The functions that took most, by themselves, as lines. */
export function topFrames(profile: Profiler.Profile, most: number): string {
  const frames = framesOf(profile);
  return lines(
    frames.slice(0, most).map(({ name, file, self }) => [`${name}  ${file}`, self]),
    totalOf(frames),
  );
}

/** The source files that took most: an operator has a file of its own. */
export function byFile(profile: Profiler.Profile): string {
  const frames = framesOf(profile);
  const files = new Map<string, number>();
  for (const { file, self } of frames) files.set(file, (files.get(file) ?? 0) + self);
  const sorted = [...files].sort(([, a], [, b]) => b - a);
  return lines(sorted.slice(0, 25), totalOf(frames));
}

const totalOf = (frames: readonly Frame[]): number => frames.reduce((sum, { self }) => sum + self, 0);

const lines = (entries: readonly (readonly [string, number])[], total: number): string =>
  entries
    .map(
      ([text, self]) =>
        `${((self / total) * 100).toFixed(1).padStart(5)} %  ${(self / 1000).toFixed(0).padStart(6)} ms  ${text}`,
    )
    .join('\n');

/** By function, most first; time in which the process waited is left out. */
function framesOf({ nodes, samples = [], timeDeltas = [] }: Profiler.Profile): Frame[] {
  const byNode = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]));
  const frames = new Map<string, Frame>();
  samples.forEach((id, i) => {
    const call = byNode.get(id) as Profiler.ProfileNode['callFrame'];
    if (call.functionName === '(idle)') return;
    const name = call.functionName === '' ? '(anonymous)' : call.functionName;
    const file = fileOf(call);
    const key = `${name} ${file} ${call.lineNumber}:${call.columnNumber}`;
    const frame = frames.get(key) ?? { name, file, self: 0 };
    frame.self += timeDeltas[i] ?? 0;
    frames.set(key, frame);
  });
  return [...frames.values()].sort((a, b) => b.self - a.self);
}

function fileOf({ url, functionName }: Profiler.ProfileNode['callFrame']): string {
  if (url === '') return functionName.startsWith('(') ? 'V8' : 'generated or built in';
  if (!url.startsWith('file:')) return url;
  const path = fileURLToPath(url.replace(/\?.*$/, ''));
  return path.startsWith(ROOT) ? path.slice(ROOT.length) : path;
}
