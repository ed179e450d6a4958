import { stat } from 'node:fs/promises';
import type { JobPlan } from '../../plan/node.ts';
import { parseHead, type RunHead } from '../../runtime/checkpoint/run-head.ts';
import type { KeptPart } from '../../state/checkpoint/checkpoint-log.ts';
import { checkpointPath } from '../../state/checkpoint/paths.ts';
import type { CheckpointReader, StoredSizes } from '../../state/checkpoint/read-checkpoint.ts';
import { type KnownOperator, knownOperators } from './known-operator.ts';
import { PartFold } from './part-fold.ts';

/** A part of what an operator keeps. */
interface PartFacts {
  readonly name: string;
  readonly entries: number;
  /** In the snapshot and in the log over it. */
  readonly bytes: number;
}

/** What a state keeps of an operator. */
export interface OperatorFacts {
  readonly id: string;
  readonly operator: string;
  readonly at: string;
  readonly fingerprint: string;
  /** `own`; `below`: it is made again at each start, from the rows of the operators below. */
  readonly kept: 'own' | 'below';
  /** Does the job, as it is now, have it? Null: the job cannot be loaded. */
  readonly inJob: boolean | null;
  /** Keys, or groups; null where nothing is kept. */
  readonly rows: number | null;
  /** Keys that were let go so far, as their `ttl` had passed. */
  readonly expired: number;
  readonly bytes: number;
  readonly parts: readonly PartFacts[];
}

/** How far a source is read. Without a position: it cannot be read again, or no row of it came. */
export interface SourceFacts {
  readonly read: number;
  readonly applied: number;
  readonly filtered: number;
  readonly quarantined: number;
  /** Those that were begun, in order; `offset`: unpacked bytes that were read. */
  readonly files?: readonly { readonly path: string; readonly offset: number }[];
  /** Of a source that is not files. */
  readonly position?: unknown;
}

/** Where a job stands. */
export interface StateFacts {
  readonly job: string;
  readonly directory: string;
  /** Null before the first. */
  readonly epoch: number | null;
  /** ISO; null before the first epoch. */
  readonly clock: string | null;
  readonly owner: string;
  readonly sources: Readonly<Record<string, SourceFacts>>;
  readonly tables: RunHead['counts']['tables'];
  readonly overtaken: Readonly<Record<string, number>>;
  readonly operators: readonly OperatorFacts[];
  /** `file`: of the checkpoints on disk, the write-ahead log included. */
  readonly bytes: StoredSizes & { readonly file: number };
}

/**
 * Where a job stands by its checkpoints.
 * @param plan as it runs; undefined: the job cannot be loaded
 */
export async function stateFacts(
  job: string,
  directory: string,
  reader: CheckpointReader,
  plan: JobPlan | undefined,
): Promise<StateFacts> {
  const head = reader.last === undefined ? undefined : parseHead(reader.last.head);
  const folds = await foldParts(reader);
  const operators = knownOperators(reader.parts, plan);
  return {
    job,
    directory,
    epoch: reader.last?.epoch ?? null,
    clock: head === undefined ? null : new Date(head.clock).toISOString(),
    owner: await reader.owner(),
    sources: head === undefined ? {} : sourcesOf(head),
    tables: head?.counts.tables ?? {},
    overtaken: head?.counts.overtaken ?? {},
    operators: operators.map((operator) =>
      operatorFacts(operator, folds, plan !== undefined, head?.counts.expired ?? {}),
    ),
    bytes: { ...(await reader.sizes()), file: await fileSize(directory) },
  };
}

async function foldParts(reader: CheckpointReader): Promise<ReadonlyMap<number, PartFold>> {
  const folds = new Map(
    reader.parts
      .filter(({ kind }) => kind === 'state')
      .map(({ id, name, columns }) => [id, new PartFold(name, columns)]),
  );
  await reader.state((part, block) => folds.get(part)?.add(block));
  return folds;
}

/** Parts with one entry for each key or group; what others keep at the same places belongs to it. */
const MAIN: readonly string[] = ['rows', 'groups'];

/** The part that has the keys. */
export const isMain = ({ name }: { readonly name: string }): boolean => MAIN.includes(name);

function operatorFacts(
  { id, op, at, owner, parts, node }: KnownOperator,
  folds: ReadonlyMap<number, PartFold>,
  planKnown: boolean,
  expired: Readonly<Record<string, number>>,
): OperatorFacts {
  // Operators of one identity are numbered: they hold the same.
  const [fingerprint = owner] = owner.split('.');
  const foldOf = (part: KeptPart) => folds.get(part.id) as PartFold;
  const main = parts.find(isMain);
  const facts = parts.map((part) => ({
    name: part.name,
    entries: foldOf(part).count(main && foldOf(main)),
    bytes: foldOf(part).bytes,
  }));
  return {
    id,
    operator: op,
    at,
    fingerprint: owner,
    kept: parts.length === 0 ? 'below' : 'own',
    inJob: planKnown ? node !== undefined : null,
    rows: facts.find(isMain)?.entries ?? null,
    expired: expired[fingerprint] ?? 0,
    bytes: facts.reduce((sum, { bytes }) => sum + bytes, 0),
    parts: facts,
  };
}

const sourcesOf = ({ counts, positions }: RunHead): Readonly<Record<string, SourceFacts>> =>
  Object.fromEntries(
    Object.entries(counts.sources).map(([name, of]) => [name, { ...of, ...placeOf(positions[name]) }]),
  );

function placeOf(
  position: RunHead['positions'][string] | undefined,
): Pick<SourceFacts, 'files' | 'position'> {
  if (position === undefined) return {};
  const { files } = position as { files?: readonly { readonly path: string; readonly offset: number }[] };
  return Array.isArray(files) ? { files: files.map(({ path, offset }) => ({ path, offset })) } : { position };
}

async function fileSize(directory: string): Promise<number> {
  const path = checkpointPath(directory);
  const sizes = ['', '-wal'].map(async (suffix) => (await stat(path + suffix).catch(() => undefined))?.size);
  return (await Promise.all(sizes)).reduce<number>((sum, size) => sum + (size ?? 0), 0);
}
