import { caseId, type Group, type Place, type Result } from './group.ts';
import { inChild } from './in-child.ts';
import type { Sample } from './measure.ts';
import type { Round, RoundTask } from './measure-round.ts';
import { median, range, ratios } from './statistics.ts';

/** Measures a group by rounds, a process each. @throws where a table of the engine is not that of the loop */
export async function measureGroup(
  group: Group,
  place: Place,
  warmUp: RoundTask['warmUp'],
): Promise<Result[]> {
  const rounds: Round[] = [];
  for (let round = 0; round < group.rounds; round++)
    rounds.push(await inChild<Round>({ kind: 'round', group, place, warmUp, round }));
  const samplesOf = (variant: number) => rounds.map(({ samples }) => samples[variant] as Sample);
  const { rows } = rounds[0] as Round;
  return group.epochs.map((epoch, i) => resultOf(group, rows, epoch, samplesOf(0), samplesOf(i + 1)));
}

function resultOf(
  group: Group,
  rows: number,
  epoch: number,
  hand: readonly Sample[],
  engine: readonly Sample[],
): Result {
  const cpu = (samples: readonly Sample[]) => samples.map((sample) => sample.cpu);
  const wall = (samples: readonly Sample[]) => samples.map((sample) => sample.wall);
  const rate = (samples: readonly Sample[]) => (rows / median(cpu(samples))) * 1000;
  const all = ratios(cpu(hand), cpu(engine));
  return {
    id: caseId(group, epoch),
    ratio: median(all),
    range: range(all),
    wall: median(ratios(wall(hand), wall(engine))),
    engine: rate(engine),
    hand: rate(hand),
    unit: 'rows/CPU-s',
    rounds: group.rounds,
  };
}
