import { ALERT, HOURLY, type Subject } from './subjects.ts';

/** A point at which processes are killed: a statement and a moment (`preload.mjs`, `statements.mjs`). */
export interface Target {
  readonly point: string;
  /** The process is killed when it passes the point so often, at least and at most; default 1 and 3. */
  readonly least?: number;
  readonly most?: number;
  /** Where the process before is killed, so that there is something to be done at a start. */
  readonly after?: string;
}

const each = (what: string, ...moments: readonly string[]): readonly string[] =>
  moments.map((moment) => `${what} ${moment}`);

const once = (points: readonly string[]): readonly Target[] => points.map((point) => ({ point, most: 1 }));
const often = (points: readonly string[]): readonly Target[] => points.map((point) => ({ point }));

/** A first start, step by step: what an earlier process did is not done again. */
const firstStart = (place: string): readonly Target[] =>
  once([
    ...each(`${place}.create`, 'before', 'answered', 'sent'),
    ...each(`${place}-claim.begin`, 'before'),
    ...each(`${place}-claim.claim`, 'before', 'answered'),
    ...each(`${place}-claim.commit`, 'before', 'sent', 'answered'),
  ]);

const OPENING = once([
  ...each('opening.schema', 'before', 'answered'),
  ...each('opening.identity', 'before', 'answered'),
  ...each('opening.commit', 'before', 'sent'),
  ...each('opening.parts', 'before', 'answered'),
]);

const CHECKPOINT = often([
  ...each('checkpoint.begin', 'before', 'answered'),
  ...each('checkpoint.epoch', 'before', 'sent', 'answered', 'seen'),
  ...each('checkpoint.quarantine', 'before', 'answered'),
  ...each('checkpoint.commit', 'before', 'sent', 'answered', 'seen'),
]);

const THINNING = once([
  ...each('checkpoint.thin-state', 'before', 'answered'),
  ...each('checkpoint.thin-epochs', 'before', 'answered'),
]);

/** Snapshots are of the job that keeps state. */
const SNAPSHOT = once([...each('checkpoint.chunks', 'before', 'sent', 'answered')]);

const LOADING: readonly Target[] = once([
  'checkpoint.load-chunks answered',
  'checkpoint.load-log answered',
]).map((target) => ({ ...target, after: 'checkpoint.chunks answered' }));

const writes = (subject: Subject): readonly string[] => {
  if (subject === HOURLY) return ['upserts', 'deletes'];
  return subject === ALERT ? ['upserts', 'write-backs'] : ['upserts'];
};

/** A database's part of an epoch, `what` being what goes into it. */
const epoch = (place: string, what: readonly string[]): readonly string[] => [
  ...each(`${place}.begin`, 'before', 'answered'),
  ...each(`${place}.fence`, 'before', 'sent', 'answered'),
  ...what.flatMap((write) => each(`${place}.${write}`, 'before', 'sent', 'answered')),
  ...each(`${place}.commit`, 'before', 'sent', 'answered', 'seen'),
];

/** A second kill, while the start makes good what the first one left. */
const again = (place: string, what: string): readonly Target[] =>
  [
    'checkpoint.load-outbox answered',
    ...each(`${place}-again.begin`, 'before'),
    ...each(`${place}-again.fence`, 'answered'),
    ...each(`${place}-again.${what}`, 'answered'),
    ...each(`${place}-again.commit`, 'before', 'sent', 'answered', 'seen'),
  ].map((point) => ({ point, most: 1, after: `${place}.begin before` }));

/** All points of a job whose tables are in one database, those of a first start first. */
export function pointsOf(subject: Subject): readonly Target[] {
  const what = writes(subject);
  return [
    ...OPENING,
    ...firstStart('database'),
    ...CHECKPOINT,
    ...(subject === HOURLY ? SNAPSHOT : []),
    ...THINNING,
    ...often(epoch('database', what)),
    ...(subject === ALERT ? often(each('database.lookup', 'before', 'answered')) : []),
    ...(subject === HOURLY ? LOADING : []),
    ...again('database', what.at(-1) as string),
  ];
}

/** Those between and in two databases: alerts in `database`, which is written first, the premiums on file in `second`. */
export const POINTS_OF_TWO: readonly Target[] = [
  ...firstStart('database'),
  ...firstStart('second').filter(({ point }) => !/create (sent|answered)/.test(point)),
  ...often(epoch('database', ['upserts'])),
  ...often(epoch('second', ['write-backs'])),
  ...often(each('second.lookup', 'before', 'answered')),
  ...again('database', 'upserts'),
  ...again('second', 'write-backs'),
];

/** Some of them by name. */
export function chosen(targets: readonly Target[], points: readonly string[]): readonly Target[] {
  return points.map((point) => {
    const target = targets.find((some) => some.point === point);
    if (target === undefined) throw new Error(`there is no point '${point}'`);
    return target;
  });
}
