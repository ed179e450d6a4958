// What the tests of this folder share.
import { isUtf8 } from 'node:buffer';
import { LineBatch } from '../../../src/connectors/file/line-batch.ts';
import type { RowDecoder } from '../../../src/connectors/file/row-decoder.ts';
import type { Source, SourceBatch, SourcePosition, SourceSpec } from '../../../src/connectors/source.ts';
import type { ColumnSchema } from '../../../src/plan/schema.ts';
import type { Row, SqlType } from '../../../src/values/sql-type.ts';

/** A column of a source, nullable unless said otherwise. */
export const column = (name: string, type: SqlType, more: Partial<ColumnSchema> = {}): ColumnSchema => ({
  name,
  type,
  nullable: true,
  length: null,
  from: 'text',
  ...more,
});

/** A source of these columns, all of them kept unless said otherwise. */
export const spec = (columns: readonly ColumnSchema[], keep?: readonly string[]): SourceSpec => ({
  schema: { kind: 'source', name: 'orders', columns, options: {} },
  keep: keep ?? columns.map(({ name }) => name),
});

/** A line as it was read. */
export interface Read {
  readonly row: Row | null;
  readonly reason?: string;
  readonly column?: string | undefined;
  readonly offset: number;
  readonly raw: string;
  readonly file?: string | undefined;
}

/** The lines of a batch, each with its reject. */
export function linesOf(batch: SourceBatch): Read[] {
  const rejects = new Map(batch.rejects.map((reject) => [reject.index, reject]));
  return Array.from({ length: batch.n }, (_, i) => {
    const reject = rejects.get(i);
    return {
      row: batch.rows[i] ?? null,
      ...(reject && { reason: reject.reason, column: reject.column }),
      offset: batch.offset(i),
      raw: Buffer.from(batch.raw(i)).toString('latin1'),
      file: batch.file(i),
    };
  });
}

/** Decodes whole lines, `max` rows at a time. */
export function decode(decoder: RowDecoder, content: string | Uint8Array, max = 1000): Read[] {
  const bytes = Buffer.concat([Buffer.from(content), Buffer.from('\n'), Buffer.alloc(8)]);
  const to = bytes.length - 8;
  const read: Read[] = [];
  for (let from = 0; from < to; ) {
    const batch = new LineBatch(bytes, 0, 'a.ndjson');
    from = decoder.decode({ bytes, from, to, utf8: isUtf8(bytes.subarray(0, to)), final: true }, max, batch);
    read.push(...linesOf(batch));
  }
  return read;
}

/** Reads a source to its end, at most `max` rows at a time. */
export async function readAll(source: Source, max = 1000): Promise<Read[]> {
  const read: Read[] = [];
  try {
    for (let batch = await source.read(max); batch; batch = await source.read(max))
      read.push(...linesOf(batch));
  } finally {
    await source.close();
  }
  return read;
}

/** Reads batches to the end: each with the position behind it, as it comes back from where it was kept. */
export async function readWithPositions(
  source: Source,
  max: number,
): Promise<{ readonly read: Read[]; readonly position: SourcePosition | null }[]> {
  const batches: SourceBatch[] = [];
  for (let batch = await source.read(max); batch; batch = await source.read(max)) batches.push(batch);
  await source.close();
  return batches.map((batch) => ({ read: linesOf(batch), position: kept(batch.position()) }));
}

/** A position as it comes back from where it was kept. */
const kept = <T>(position: T): T => JSON.parse(JSON.stringify(position));
