import type { DataHubSourceOptions } from '../../../src/connectors/datahub/datahub-options.ts';
import { openDataHubSource } from '../../../src/connectors/datahub/datahub-source.ts';
import type { Source, SourceBatch, SourcePosition } from '../../../src/connectors/source.ts';
import type { TestDataHub } from './datahub-server.ts';
import { column, sourceOf } from './source-spec.ts';

/** Tuples of one whole number. */
export const tuples = (from: number, to: number): (readonly string[])[] =>
  Array.from({ length: to - from }, (_, i) => [String(from + i)]);

/** Numbers from `from` up to, not with, `to`. */
export const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from }, (_, i) => from + i);

/** What was read: numbers by shard and in all, faults, and where the source stands. */
export interface TakenRows {
  readonly byShard: Record<string, unknown[]>;
  readonly all: unknown[];
  readonly faults: string[];
  position: SourcePosition | undefined;
}

/** Reads until so many rows, good and bad, were read, or to the end. */
export async function take(source: Source, count = Number.POSITIVE_INFINITY, max = 1000): Promise<TakenRows> {
  const taken: TakenRows = { byShard: {}, all: [], faults: [], position: undefined };
  for (let n = 0; n < count; ) {
    const batch = await source.read(Math.min(max, count - n));
    if (batch === null) break;
    add(taken, batch);
    n += batch.n;
  }
  return taken;
}

function add(taken: TakenRows, batch: SourceBatch): void {
  batch.rows.forEach((row, i) => {
    if (row === null) return;
    const shard = /\[(.*)\]/.exec(batch.file(i) as string)?.[1] as string;
    taken.byShard[shard] ??= [];
    taken.byShard[shard].push(row.n);
    taken.all.push(row.n);
  });
  for (const { index, reason, column: name } of batch.rejects)
    taken.faults.push(
      `${batch.file(index)}@${batch.offset(index)} ${name}: ${reason}: ${Buffer.from(batch.raw(index))}`,
    );
  taken.position = batch.position() ?? undefined;
}

/** Opens sources of whole numbers over a server, keeps what they say, and closes them. */
export class Reading {
  readonly lines: string[] = [];
  readonly #hub: TestDataHub;
  readonly #sources: Source[] = [];

  constructor(hub: TestDataHub) {
    this.#hub = hub;
  }

  async open(more: Partial<DataHubSourceOptions> = {}, from?: SourcePosition): Promise<Source> {
    const { endPoint, project, accessId, accessKey } = this.#hub;
    const log = (line: string) => void this.lines.push(line);
    // As a checkpoint keeps it.
    const position = from && (JSON.parse(JSON.stringify(from)) as SourcePosition);
    const source = await openDataHubSource(sourceOf([column('n', 'BIGINT')], { from: position, log }), {
      ...{ endPoint, project, accessId, accessKey, topic: 't', shardDiscoveryMs: 50, retryInterval: 50 },
      ...more,
    });
    this.#sources.push(source);
    return source;
  }

  async close(): Promise<void> {
    for (const source of this.#sources.splice(0)) await source.close();
  }
}

/** Waits until something is so. */
export async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 5));
}
