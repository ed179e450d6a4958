import { openFileSource } from '../src/connectors/file/file-source.ts';
import type { Source, SourceSpec } from '../src/connectors/source.ts';
import type { Row } from '../src/values/sql-type.ts';

/** Reads a file to its end, `max` rows at a time; all of them are good. */
export async function decodeFile(
  spec: SourceSpec,
  file: string,
  max: number,
  take: (rows: readonly Row[]) => void,
): Promise<void> {
  const source = await openFileSource(spec, [file]);
  for (let batch = await source.read(max); batch !== null; batch = await source.read(max)) {
    const [reject] = batch.rejects;
    if (reject !== undefined) throw new Error(`${file}: ${reject.reason}`);
    take(batch.rows as readonly Row[]);
  }
  await source.close();
}

/** A source of rows that are decoded already: the engine without its decoder. */
export function decodedSource(spec: SourceSpec, rows: readonly Row[]): Source {
  let at = 0;
  return {
    name: spec.schema.name,
    replayable: true,
    label: 'decoded rows',
    async read(max) {
      if (at >= rows.length) return null;
      const first = at;
      const part = rows.slice(first, first + max);
      at += part.length;
      return {
        n: part.length,
        rows: part,
        rejects: [],
        offset: (i) => first + i,
        raw: (i) => Buffer.from(JSON.stringify(part[i])),
        file: () => undefined,
        position: () => ({ rows: first + part.length }),
      };
    },
    async close() {},
  };
}
