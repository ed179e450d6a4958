import { openFileSource } from '../src/connectors/file/file-source.ts';
import type { Source, SourceSpec } from '../src/connectors/source.ts';
import type { Row } from '../src/values/sql-type.ts';

/** Rows that an epoch may hold at most, here as everywhere in the bench. */
const MOST = 10_000;

/** Reads a file to its end. @returns its rows, all of them good */
export async function decodeAll(spec: SourceSpec, file: string, max = MOST): Promise<Row[]> {
  const source = await openFileSource(spec, [file]);
  const rows: Row[] = [];
  for (;;) {
    const batch = await source.read(max);
    if (batch === null) break;
    for (let i = 0; i < batch.n; i++) rows.push(batch.rows[i] as Row);
  }
  await source.close();
  return rows;
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
      };
    },
    async close() {},
  };
}
