// Events and rows of which each is told from all others by one word, so that the origin of every value in a table is known.
import { random } from '../../src/connectors/generator/random.ts';

/** What stands in the dimension for a key, besides the key. */
export interface DimensionRow {
  readonly premium: string | null;
  readonly info: string | null;
}

/** An event that is a row with a user, and the epoch that it is in. */
export interface PremiumEvent {
  readonly epoch: number;
  readonly id: number;
  /** What it writes back: the new premium becomes the one on file. */
  readonly row: DimensionRow;
}

/** Lines of NDJSON, and what is in them. */
export interface PremiumEvents {
  readonly lines: readonly string[];
  readonly events: readonly PremiumEvent[];
  readonly epochs: number;
  /** Lines that are no rows. */
  readonly broken: number;
}

/** `calm`: nobody else writes it, and the rule is met by a hair or not. `falling`: every event raises an alert, so that it shows what was read. `any`: premiums rise, fall and are none. */
export type Lane = 'calm' | 'falling' | 'any';
export const KEYS: readonly number[] = Array.from({ length: 30 }, (_, i) => i + 1);
/** A user of events who is never in the dimension. */
const STRANGER = 999;
export const laneOf = (id: number): Lane => (id <= 8 ? 'calm' : id <= 19 ? 'falling' : 'any');

const LETTERS = 'premiumofanotherword';
/** The word of a number: another for each, and one and the same for whoever ignores case. */
const word = (n: number): string =>
  Array.from(LETTERS, (letter, bit) => ((n >> bit) & 1 ? letter.toUpperCase() : letter)).join('');
/** The other writer's words differ from the events' in their first letter. */
export const wordOfWriter = (n: number): string => word(2 * n + 1);
const wordOfEvent = (n: number): string => word(2 * n);

/** A premium of the other writer: above all that events say, where they are to fall. Another for each `n`. */
export const premiumOfWriter = (id: number, n: number): string =>
  laneOf(id) === 'falling' ? `9.${n}1e305` : `${40 + ((n * 37) % 120)}.${n}1e0`;

/** What the dimension holds before the first event. */
export const firstRows: ReadonlyMap<number, DimensionRow> = new Map(
  KEYS.map((id, n) => [id, { premium: premiumOfWriter(id, n), info: wordOfWriter(n) }]),
);

/** Seeded events, so many to an epoch; a few are broken, without a user, or of a user whom nobody watches. */
export function premiumEvents(rows: number, epochRows: number, seed: number): PremiumEvents {
  const chances = random(seed);
  const seen = new Map<number, number>();
  const lines: string[] = [];
  const events: PremiumEvent[] = [];
  let broken = 0;
  for (let i = 0; i < rows; i++) {
    if (i % 97 === 13) {
      lines.push('{"id": 1,');
      broken++;
      continue;
    }
    const id = i % 41 === 7 ? null : i % 29 === 5 ? STRANGER : chances.one(KEYS);
    const times = seen.get(id ?? 0) ?? 0;
    seen.set(id ?? 0, times + 1);
    const row = { premium: premiumOf(id ?? 0, times), info: wordOfEvent(i) };
    lines.push(JSON.stringify({ id, now_premium: row.premium, now_info: row.info }));
    if (id !== null) events.push({ epoch: Math.floor(i / epochRows) + 1, id, row });
  }
  return { lines, events, epochs: Math.ceil(rows / epochRows), broken };

  function premiumOf(id: number, times: number): string | null {
    if (laneOf(id) === 'falling') return (1e300 * 0.8 ** times).toExponential(3);
    // By just more and just less than an alert takes, in turn.
    if (laneOf(id) === 'calm')
      return (1e300 * 0.8499 ** Math.ceil(times / 2) * 0.8501 ** Math.floor(times / 2)).toExponential(9);
    if (chances.chance(0.06)) return null;
    if (chances.chance(0.06)) return 'none';
    return `${chances.chance(0.2) ? ' ' : ''}${(50 + chances.below(100)).toExponential(2)}`;
  }
}
