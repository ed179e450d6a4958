import { planOf } from './bench-job.ts';
import { caseId, type Group, type Place, type Result, type RoundPart } from './group.ts';
import { measure, type Sample, type Tables } from './measure.ts';
import { PARTS } from './parts/parts.ts';
import { median, range, ratios } from './statistics.ts';
import { difference } from './tables.ts';

/** Measures a group in this process. @throws where a table of the engine is not that of the loop */
export async function measureGroup(group: Group, place: Place): Promise<Result[]> {
  const part = await PARTS[group.part as RoundPart]({ group, place });
  const variants = [part.hand, ...group.epochs.map((epochRows) => part.engine(epochRows))];
  const schemas = new Map(planOf(group.job).outputs.map(({ table }) => [table.name, table]));
  const check = (wanted: Tables, got: Tables): void => {
    for (const [name, rows] of Object.entries(wanted)) {
      const table = schemas.get(name) ?? counted(name);
      const wrong = difference(table, rows, got[name] ?? []);
      if (wrong !== undefined)
        throw new Error(`${group.part}/${group.job}: the engine and the loop differ: ${wrong}`);
    }
  };
  const [hand = [], ...engines] = await measure(variants, group.rounds, check);
  const rows = part.rows ?? group.shape.rows;
  return engines.map((engine, i) => resultOf(group, rows, group.epochs[i] as number, hand, engine));
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

/** A table of one number: of the part that only counts. */
const counted = (name: string): Parameters<typeof difference>[0] => ({
  kind: 'table',
  name,
  tableName: name,
  columns: [{ name, type: 'BIGINT', nullable: false, length: null, from: 'millis' }],
  primaryKey: [],
  options: {},
});
