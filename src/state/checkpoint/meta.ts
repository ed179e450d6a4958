import { refused } from '../../errors.ts';
import type { SqliteFile } from '../../sqlite/sqlite-file.ts';
import { FORMAT } from './paths.ts';

/** What a file says of itself: `format`, `job`, `owner`. Empty where nothing was written yet. */
export async function metaOf(file: SqliteFile): Promise<ReadonlyMap<string, string>> {
  const rows = await file.rows<{ key: string; value: string }>('SELECT key, value FROM meta');
  return new Map(rows.map(({ key, value }) => [key, value]));
}

/** Exit 3 where the checkpoints of a state directory are of another format, or another job's. */
export function checkMeta(directory: string, job: string, meta: ReadonlyMap<string, string>): void {
  const format = meta.get('format');
  if (format !== String(FORMAT))
    throw refused(
      `state directory ${directory} has format ${format}, this version of millrace knows ${FORMAT}: give another --state directory`,
    );
  const owner = meta.get('job');
  if (owner !== job)
    throw refused(
      `state directory ${directory} belongs to the job '${owner}', not to '${job}': give another one, --state DIR`,
    );
}
