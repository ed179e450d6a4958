import { planOf } from './bench-job.ts';
import type { Group, Place, RoundPart } from './group.ts';
import { type Sample, type Tables, timed, type Variant } from './measure.ts';
import { PARTS } from './parts/parts.ts';
import { difference } from './tables.ts';

/** What a child process is asked to measure: each variant of a group once. */
export interface RoundTask {
  readonly kind: 'round';
  readonly group: Group;
  readonly place: Place;
  /** The same on fewer rows: what runs before, so that code is compiled. */
  readonly warmUp: { readonly group: Group; readonly place: Place };
  readonly round: number;
}

/** What a round gives. */
export interface Round {
  /** Rows that were measured of each run. */
  readonly rows: number;
  /** The loop's sample, then one for each size of epochs. */
  readonly samples: readonly Sample[];
}

/**
 * Measures each variant once in this process, after a run of each that is discarded. Not more often: a process that made
 * the same things many times over is slower than any that runs one job, its heap in pieces.
 * @throws where a table of the engine is not that of the loop
 */
export async function measureRound({ group, place, warmUp, round }: RoundTask): Promise<Round> {
  for (const variant of (await variantsOf(warmUp.group, warmUp.place)).variants) {
    const ready = await variant.prepare();
    await ready.run();
    // Some are closed by this alone.
    await ready.tables();
    await ready.close?.();
  }
  const { variants, rows, slack } = await variantsOf(group, place);
  const samples: Sample[] = [];
  const tables: Tables[] = [];
  for (let i = 0; i < variants.length; i++) {
    // Each round begins with another.
    const at = (i + round) % variants.length;
    const ready = await (variants[at] as Variant).prepare();
    samples[at] = await timed(() => ready.run());
    tables[at] = held(await ready.tables());
    await ready.close?.();
  }
  const [hand, ...engines] = tables as [Tables, ...Tables[]];
  for (const engine of engines) check(group, hand, engine, slack);
  return { rows, samples };
}

interface Variants {
  /** The loop's, then one for each size of epochs. */
  readonly variants: readonly Variant[];
  readonly rows: number;
  readonly slack: number;
}

async function variantsOf(group: Group, place: Place): Promise<Variants> {
  const part = await PARTS[group.part as RoundPart]({ group, place });
  const variants = [part.hand, ...group.epochs.map((epochRows) => part.engine(epochRows))];
  return { variants, rows: part.rows ?? group.shape.rows, slack: part.slack ?? 0 };
}

const held = (tables: Tables): Tables =>
  Object.fromEntries(Object.entries(tables).map(([name, rows]) => [name, [...rows]]));

function check({ part, job }: Group, wanted: Tables, got: Tables, slack: number): void {
  const schemas = new Map(planOf(job).outputs.map(({ table }) => [table.name, table]));
  for (const [name, rows] of Object.entries(wanted)) {
    const wrong = difference(schemas.get(name) ?? counted(name), rows, got[name] ?? [], slack);
    if (wrong !== undefined) throw new Error(`${part}/${job}: the engine and the loop differ: ${wrong}`);
  }
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
