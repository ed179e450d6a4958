import type { Source, SourceBatch, SourcePosition, SourceSpec } from '../../../src/connectors/source.ts';
import type { ColumnSchema } from '../../../src/plan/schema.ts';

/** A column that may be NULL. */
const column = (
  name: string,
  type: ColumnSchema['type'],
  more: Partial<ColumnSchema> = {},
): ColumnSchema => ({
  name,
  type,
  nullable: true,
  length: null,
  from: 'text',
  ...more,
});

/** A source of one whole number, and of a text beside it where `text`. */
export const numbers = (more: Partial<SourceSpec> = {}): SourceSpec => ({
  schema: {
    kind: 'source',
    name: 'n',
    columns: [column('n', 'BIGINT'), column('t', 'VARCHAR')],
    options: {},
  },
  keep: ['n'],
  ...more,
});

/** JSON messages of whole numbers. */
export const json = (from: number, to: number): string[] =>
  Array.from({ length: to - from }, (_, i) => `{"n":${from + i}}`);

/** What was read: numbers by partition, faults, and where the source stands. */
export interface Taken {
  readonly byPartition: Record<string, unknown[]>;
  readonly faults: string[];
  position: SourcePosition | undefined;
  count: number;
}

/** Reads until so many rows, good and bad, were read, or to the end. */
export async function take(source: Source, count = Number.POSITIVE_INFINITY, max = 1000): Promise<Taken> {
  const taken: Taken = { byPartition: {}, faults: [], position: undefined, count: 0 };
  while (taken.count < count) {
    const batch = await source.read(Math.min(max, count - taken.count));
    if (batch === null) break;
    add(taken, batch);
  }
  return taken;
}

function add(taken: Taken, batch: SourceBatch): void {
  batch.rows.forEach((row, i) => {
    const partition = batch.file(i) as string;
    taken.byPartition[partition] ??= [];
    if (row) taken.byPartition[partition].push(row.n);
  });
  for (const { index, reason } of batch.rejects)
    taken.faults.push(
      `${batch.file(index)}@${batch.offset(index)}: ${reason}: ${Buffer.from(batch.raw(index))}`,
    );
  taken.position = batch.position() ?? undefined;
  taken.count += batch.n;
}

/** Numbers from `from` up to, not with, `to`. */
export const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from }, (_, i) => from + i);
