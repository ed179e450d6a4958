import { mkdir, readdir } from 'node:fs/promises';
import type { FrameHead } from './journal-frame.ts';
import { type Place, Segment } from './segment.ts';
import type { UsedKeys } from './used-keys.ts';

const SEGMENT = /^(\d{12})\.ndjson$/;
const JOURNAL = /^\.(\d{12})\.journal$/;

/**
 * Opens the segment of a folder that goes on, or begins one; the folder is made where there is none. What an earlier run could not finish is
 * finished, and its keys are added to `keys`.
 */
export async function openSegment(place: Place, keys: UsedKeys): Promise<Segment> {
  await mkdir(place.folder, { recursive: true });
  const names = await readdir(place.folder);
  const last = Math.max(0, ...numbers(names, SEGMENT));
  const take = (head: FrameHead): void => keys.add(head.keys ?? []);
  let segment: Segment | undefined;
  for (const number of numbers(names, JOURNAL)) {
    await finish(segment);
    segment = await Segment.open(number, place, take);
  }
  if (segment && segment.number >= last) return segment;
  await finish(segment);
  return Segment.create(last + 1, { events: 0, at: Date.now(), keys: keys.all() }, place);
}

async function finish(segment: Segment | undefined): Promise<void> {
  await segment?.seal();
  await segment?.leave();
}

const numbers = (names: readonly string[], of: RegExp): number[] =>
  names
    .flatMap((name) => of.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => a - b);
