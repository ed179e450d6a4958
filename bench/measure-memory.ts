import { caseId, type Group, type Place, type Result } from './group.ts';
import { inChild } from './in-child.ts';
import { median, range, ratios } from './statistics.ts';

/** What a child process is asked to hold. */
export interface MemoryTask {
  readonly kind: 'memory';
  readonly side: 'engine' | 'hand';
  readonly group: Group;
  readonly place: Place;
}

/** Memory of whole processes, each with one run of one side: engine and loop by turns. */
export async function measureMemory(group: Group, place: Place): Promise<Result[]> {
  const [epoch] = group.epochs;
  const engine: number[] = [];
  const hand: number[] = [];
  for (let round = 0; round < group.rounds; round++) {
    hand.push(await inChild<number>({ kind: 'memory', side: 'hand', group, place }));
    engine.push(await inChild<number>({ kind: 'memory', side: 'engine', group, place }));
  }
  const all = ratios(hand, engine);
  return [
    {
      id: caseId(group, epoch as number),
      ratio: median(all),
      range: range(all),
      wall: null,
      engine: median(engine),
      hand: median(hand),
      unit: group.part === 'heap' ? 'bytes/key' : 'MB',
      rounds: group.rounds,
    },
  ];
}
