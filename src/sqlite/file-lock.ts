import * as sqlite3 from 'sqlite3';

// The driver's declarations lack the default export, which alone is complete.
const { Database } = (sqlite3 as unknown as { default: typeof sqlite3 }).default;

/** A lock that this process holds. */
export interface FileLock {
  /** Gives it up. The file stays. */
  release(): Promise<void>;
}

/**
 * Takes the lock that a file stands for: an open `BEGIN EXCLUSIVE` on a SQLite database of nothing else. The operating
 * system gives it up at once when the process ends, however it ends.
 * @returns undefined where another process holds it; rejects where the file cannot be opened
 */
export async function lockFile(path: string): Promise<FileLock | undefined> {
  const database = await new Promise<sqlite3.Database>((resolve, reject) => {
    const opened = new Database(path, (error) => (error === null ? resolve(opened) : reject(error)));
  });
  const close = () => new Promise<void>((resolve) => database.close(() => resolve()));
  const failure = await new Promise<Error | null>((resolve) => {
    database.exec('BEGIN EXCLUSIVE', (error) => resolve(error));
  });
  if (failure === null) return { release: close };
  await close();
  if ((failure as NodeJS.ErrnoException).code === 'SQLITE_BUSY') return undefined;
  throw failure;
}
