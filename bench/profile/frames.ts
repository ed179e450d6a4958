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

/** By function, most first. Left out: time in which the process waited, and the profiler's own. */
function framesOf({ nodes, samples = [], timeDeltas = [] }: Profiler.Profile): Frame[] {
  const byNode = filesOf(nodes);
  const frames = new Map<string, Frame>();
  samples.forEach((id, i) => {
    const { call, file } = byNode.get(id) as Placed;
    const { functionName, url, lineNumber, columnNumber } = call;
    if (functionName === '(idle)' || (functionName === 'dispatch' && file === 'node:inspector')) return;
    const generated = url === '' && file !== V8;
    const name = `${functionName || '(anonymous)'}${generated ? ' (generated or built in)' : ''}`;
    const key = `${name} ${file} ${lineNumber}:${columnNumber}`;
    const frame = frames.get(key) ?? { name, file, self: 0 };
    frame.self += timeDeltas[i] ?? 0;
    frames.set(key, frame);
  });
  return [...frames.values()].sort((a, b) => b.self - a.self);
}

const V8 = 'V8';

interface Placed {
  readonly call: Profiler.ProfileNode['callFrame'];
  readonly file: string;
}

/** Each node with its file: generated and built-in functions belong to the file that calls them. */
function filesOf(nodes: readonly Profiler.ProfileNode[]): ReadonlyMap<number, Placed> {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const placed = new Map<number, Placed>();
  const place = (id: number, caller: string): void => {
    const { callFrame: call, children = [] } = byId.get(id) as Profiler.ProfileNode;
    const file = call.url === '' ? (call.functionName.startsWith('(') ? V8 : caller) : pathOf(call.url);
    placed.set(id, { call, file });
    for (const child of children) place(child, file);
  };
  place(nodes[0]?.id as number, V8);
  return placed;
}

function pathOf(url: string): string {
  if (!url.startsWith('file:')) return url;
  const path = fileURLToPath(url.replace(/\?.*$/, ''));
  return path.startsWith(ROOT) ? path.slice(ROOT.length) : path;
}
