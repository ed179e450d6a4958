// Judges a history by what a write-back promises. Every row is told from all others, so where a value comes from is known, not guessed.
import type { Written } from './second-writer.ts';
import type { AlertWritten, DimensionChange, History } from './second-writer-history.ts';
import {
  type DimensionRow,
  firstRows,
  laneOf,
  type PremiumEvent,
  type PremiumEvents,
} from './second-writer-inputs.ts';

/** From the least to the greatest number that the history allows: they are one where it shows all that was read. */
type Range = readonly [least: number, most: number];

export interface Verdict {
  /** What must not be, in words. */
  readonly faults: readonly string[];
  /** Events whose user was in the dimension. */
  readonly joined: Range;
  /** Users of an epoch who were in the dimension. */
  readonly met: Range;
  /** Write-backs that were not made because he came later. */
  readonly overtaken: Range;
  readonly writeBacks: number;
  readonly alerts: number;
  /** What stands in the dimension in the end, by key. */
  readonly final: ReadonlyMap<number, DimensionRow | null>;
}

/** One user of one epoch: what the job read for him stood in the dimension between the epoch before and this one. */
interface Meeting {
  readonly epoch: number;
  readonly id: number;
  readonly events: readonly PremiumEvent[];
}

const text = (row: DimensionRow | null): string => JSON.stringify(row && [row.premium, row.info]);
const same = (a: DimensionRow | null, b: DimensionRow | null): boolean => text(a) === text(b);
const keyOf = (id: number, row: DimensionRow): string => `${id} ${text(row)}`;

/** The alert rule of the job, in its words: below 85 % of the premium on file, as numbers; text that is none raises none. */
const isDrop = (now: string | null, raw: string | null): boolean =>
  now !== null && raw !== null && Number(now) < Number(raw) * 0.85;

/** The alert that a meeting raises over the row that was read: each event stands on the one before. */
function alertOver(events: readonly PremiumEvent[], read: DimensionRow) {
  let raw = read;
  let alert: { readonly raw: DimensionRow; readonly now: DimensionRow } | undefined;
  for (const { row } of events) {
    if (isDrop(row.premium, raw.premium)) alert = { raw, now: row };
    raw = row;
  }
  return alert;
}

/** Holds a history against the events of so many epochs, all of them done, and what the other writer says he did. */
export function judge(
  history: History,
  { events, epochs }: PremiumEvents,
  written: readonly Written[],
): Verdict {
  const faults: string[] = [];
  const meetings = meetingsOf(events);
  const byRow = new Map(events.map((event) => [keyOf(event.id, event.row), event]));
  const isJob = ({ id, after }: DimensionChange) => after !== null && byRow.has(keyOf(id, after));

  // Each epoch's transaction once, in order.
  const moves = history.fences.map(({ epoch }) => epoch);
  for (const [i, epoch] of moves.entries())
    if (epoch !== i + 1) faults.push(`the fence went to epoch ${epoch} where ${i + 1} was next`);
  const begins = new Map(history.fences.map(({ n, epoch }) => [epoch, n]));
  const beginOf = (epoch: number): number => begins.get(epoch) ?? Number.POSITIVE_INFINITY;

  // What he did is in the table as he did it.
  const his = history.changes.filter((change) => !isJob(change));
  if (his.length !== written.length)
    faults.push(`he made ${written.length} changes, ${his.length} are there`);
  for (const [i, { id, after }] of written.entries()) {
    const found = his[i];
    const wanted = after && { ...(found?.after as DimensionRow), ...after };
    if (found?.id !== id || !same(wanted, found.after))
      faults.push(
        `his change ${i} of ${id} to ${JSON.stringify(after)} is not there, but ${JSON.stringify(found)}`,
      );
  }

  const histories = new Map<number, DimensionChange[]>();
  for (const change of history.changes) {
    const before = histories.get(change.id) ?? [];
    const stood = before.length > 0 ? (before.at(-1)?.after ?? null) : (firstRows.get(change.id) ?? null);
    if (!same(stood, change.before))
      faults.push(`${change.id} was ${text(stood)}, then ${text(change.before)}`);
    histories.set(change.id, [...before, change]);
  }

  const writeBacks = new Map<string, DimensionChange>();
  for (const change of history.changes.filter(isJob)) {
    const { epoch, id } = byRow.get(keyOf(change.id, change.after as DimensionRow)) as PremiumEvent;
    const key = `${epoch} ${id}`;
    if (writeBacks.has(key)) faults.push(`epoch ${epoch} wrote ${id} back twice`);
    writeBacks.set(key, change);
  }
  const alerts = new Map<string, AlertWritten>();
  for (const alert of history.alerts) {
    const event = byRow.get(keyOf(alert.id, alert.now));
    const key = `${event?.epoch} ${alert.id}`;
    if (event === undefined) faults.push(`an alert of ${alert.id} follows from no event`);
    if (alerts.has(key)) faults.push(`epoch ${event?.epoch} raised the alert of ${alert.id} twice`);
    alerts.set(key, alert);
  }

  /** The end of what an epoch wrote: it had been committed when the next was read. */
  const ends = new Map<number, number>();
  const mark = (epoch: number, n: number) => ends.set(epoch, Math.max(ends.get(epoch) ?? 0, n));
  for (const [key, { n }] of [...writeBacks, ...alerts]) mark(Number(key.split(' ')[0]), n);
  for (const { epoch, n } of history.fences) mark(epoch, n);

  let joined: Range = [0, 0];
  let met: Range = [0, 0];
  let overtaken: Range = [0, 0];
  for (const { epoch, id, events: own } of meetings) {
    const key = `${epoch} ${id}`;
    const changes = histories.get(id) ?? [];
    const wroteBack = writeBacks.get(key);
    const alert = alerts.get(key);
    const stoodAfter = (i: number): DimensionRow | null =>
      i < 0 ? (firstRows.get(id) ?? null) : (changes[i]?.after ?? null);

    // The read lies between the end of the epoch before and the begin of this one. His transactions follow one another: one was
    // over when the next of his wrote.
    const from = ends.get(epoch - 1) ?? 0;
    const hisLast = his.findLast(({ n }) => n < from)?.n ?? 0;
    const first = changes.findLastIndex((change) => change.n < (isJob(change) ? beginOf(epoch) : hisLast));
    const last = changes.findLastIndex(({ n }) => n < beginOf(epoch));
    // What the epoch compared its read with: up to its own alert, or the next epoch.
    const until = alert?.n ?? beginOf(epoch + 1);
    const outcomes: ('missed' | 'overtaken' | 'written')[] = [];
    const because: string[] = [];
    for (let i = first; i <= last; i++) {
      const read = stoodAfter(i);
      const wanted = read === null ? undefined : alertOver(own, read);
      const reason = whyNot(i, read, wanted);
      if (reason === undefined) outcomes.push(read === null ? 'missed' : wroteBack ? 'written' : 'overtaken');
      else because.push(`read ${text(read)}: ${reason}`);
    }
    if (outcomes.length === 0)
      faults.push(
        `epoch ${epoch}, ${laneOf(id)} key ${id}: ${JSON.stringify({ wroteBack, alert, events: own.map(({ row }) => row) })} follows from nothing that stood there: ${because.join('; ')}`,
      );
    const rangeOf = (of: (outcome: string) => boolean, times = 1): Range => [
      outcomes.length > 0 && outcomes.every(of) ? times : 0,
      outcomes.some(of) ? times : 0,
    ];
    joined = plus(
      joined,
      rangeOf((outcome) => outcome !== 'missed', own.length),
    );
    met = plus(
      met,
      rangeOf((outcome) => outcome !== 'missed'),
    );
    overtaken = plus(
      overtaken,
      rangeOf((outcome) => outcome === 'overtaken'),
    );

    function whyNot(
      i: number,
      read: DimensionRow | null,
      wanted: ReturnType<typeof alertOver>,
    ): string | undefined {
      if (wanted === undefined && alert !== undefined) return 'no alert';
      if (wanted !== undefined && alert === undefined) return 'an alert is missing';
      if (wanted && alert && !(same(wanted.raw, alert.raw) && same(wanted.now, alert.now)))
        return 'another alert';
      if (read === null) return wroteBack && 'nothing to replace';
      if (wroteBack) {
        if (!same(wroteBack.before, read)) return 'another row was replaced';
        return same(wroteBack.after, own.at(-1)?.row as DimensionRow) ? undefined : 'not the last event';
      }
      const later = changes.slice(i + 1).some((change) => !isJob(change) && change.n < until);
      return later ? undefined : 'nobody came between, and it was not written back';
    }
  }
  if (moves.length !== epochs) faults.push(`${moves.length} epochs were written, ${epochs} are there`);
  for (const key of [...writeBacks.keys(), ...alerts.keys()])
    if (!meetings.some(({ epoch, id }) => `${epoch} ${id}` === key)) faults.push(`nobody asked for ${key}`);
  const final = new Map(
    [...firstRows].map(([id, row]) => [
      id,
      histories.get(id)?.at(-1)?.after ?? (histories.has(id) ? null : row),
    ]),
  );
  return { faults, joined, met, overtaken, writeBacks: writeBacks.size, alerts: alerts.size, final };
}

const plus = (a: Range, b: Range): Range => [a[0] + b[0], a[1] + b[1]];

function meetingsOf(events: readonly PremiumEvent[]): readonly Meeting[] {
  const meetings = new Map<string, PremiumEvent[]>();
  for (const event of events) {
    const key = `${event.epoch} ${event.id}`;
    meetings.set(key, [...(meetings.get(key) ?? []), event]);
  }
  return [...meetings.values()].map((own) => ({
    epoch: (own[0] as PremiumEvent).epoch,
    id: (own[0] as PremiumEvent).id,
    events: own,
  }));
}
