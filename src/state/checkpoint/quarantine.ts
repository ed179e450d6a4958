import type { SqliteFile } from '../../sqlite/sqlite-file.ts';

/** A row that could not be applied, as the engine hands it over. */
export interface QuarantineEntry {
  readonly source: string;
  readonly file: string | undefined;
  /** Byte offset in the unpacked file, or the number of the row, from 0. */
  readonly offset: number;
  readonly reason: string;
  readonly column: string | undefined;
  /** The row as it came. */
  readonly raw: Uint8Array;
}

/** Rows of one statement. */
const ROWS = 1000;

/** Adds the rejected rows of an epoch. */
export async function insertRejected(
  file: SqliteFile,
  epoch: number,
  entries: readonly QuarantineEntry[],
): Promise<void> {
  for (let from = 0; from < entries.length; from += ROWS) {
    const some = entries.slice(from, from + ROWS);
    await file.run(
      `INSERT INTO quarantine (epoch, source, file, place, reason, column_name, raw) VALUES ${some
        .map(() => '(?, ?, ?, CAST(? AS INTEGER), ?, ?, ?)')
        .join(', ')}`,
      some.flatMap(({ source, file: path, offset, reason, column, raw }) => [
        epoch,
        source,
        path ?? null,
        String(offset),
        reason,
        column ?? null,
        Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength),
      ]),
    );
  }
}

/** A row that could not be applied, as it is shown: bytes that are no UTF-8 stand in `rawBase64`. */
export interface StoredEntry {
  readonly source: string;
  readonly file?: string;
  readonly offset: number;
  readonly reason: string;
  readonly column?: string;
  readonly raw?: string;
  readonly rawBase64?: string;
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function rawOf(bytes: Buffer): Pick<StoredEntry, 'raw' | 'rawBase64'> {
  try {
    return { raw: utf8.decode(bytes) };
  } catch {
    return { rawBase64: bytes.toString('base64') };
  }
}

interface Stored {
  readonly id: number;
  readonly source: string;
  readonly file: string | null;
  readonly place: number;
  readonly reason: string;
  readonly column_name: string | null;
  readonly raw: Buffer;
}

/** Rows that are read at once. */
const PAGE = 500;

/** The rejected rows, by source, file in order of reading, offset. */
export async function* readRejected(file: SqliteFile): AsyncGenerator<StoredEntry> {
  const files = await file.rows<{ source: string; file: string | null }>(
    'SELECT source, file FROM quarantine GROUP BY source, file ORDER BY source, min(id)',
  );
  for (const { source, file: path } of files) {
    let after: readonly [number, number] = [-1, -1];
    for (;;) {
      const rows = await file.rows<Stored>(
        `SELECT id, source, file, place, reason, column_name, raw FROM quarantine WHERE source = ? AND file IS ? AND (place, id) > (CAST(? AS INTEGER), CAST(? AS INTEGER)) ORDER BY place, id LIMIT ${PAGE}`,
        [source, path, String(after[0]), String(after[1])],
      );
      for (const { id, place, reason, column_name: column, raw } of rows) {
        after = [place, id];
        yield {
          source,
          ...(path === null ? {} : { file: path }),
          offset: place,
          reason,
          ...(column === null ? {} : { column }),
          ...rawOf(raw),
        };
      }
      if (rows.length < PAGE) break;
    }
  }
}
