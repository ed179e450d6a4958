import { type Database, LostCommits } from '../connectors/database.ts';
import { isPending } from '../maybe-promise.ts';

/**
 * Look-ups in a database that gets again what it lost of its commits before it answers.
 * @param regain writes the epochs after this one again; no commit is under way where a table that is looked up is written
 */
export function regaining(
  database: Database,
  regain: (after: number) => Promise<void> | undefined,
): Pick<Database, 'lookup'> {
  const lookup: Database['lookup'] = (table, keys, signal) => {
    const found = database.lookup(table, keys, signal);
    if (!isPending(found)) return found;
    return found.catch(async (error: unknown) => {
      if (!(error instanceof LostCommits)) throw error;
      await regain(error.after);
      return lookup(table, keys, signal);
    });
  };
  return { lookup };
}
