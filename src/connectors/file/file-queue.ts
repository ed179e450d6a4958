import { stat } from 'node:fs/promises';
import { refused } from '../../errors.ts';
import { filesOf, type InputFile, type InputFiles } from './input-file.ts';

/** How a file was when its end was reached. */
interface Passed {
  readonly path: string;
  readonly size: number;
}

/** The files of a source in order of reading. While its last file is followed, files that come into its folders are added at the end. */
export class FileQueue {
  readonly #waiting: InputFile[];
  readonly #folders: readonly string[];
  readonly #known: Set<string>;
  readonly #passed: Passed[] = [];

  /** `taken`: so many of the files were taken by an earlier run. */
  constructor({ files, folders }: InputFiles, taken = 0) {
    this.#waiting = files.slice(taken);
    this.#folders = folders;
    this.#known = new Set(files.map(({ path }) => path));
  }

  /** Takes the next file. */
  take(): InputFile | undefined {
    return this.#waiting.shift();
  }

  /** Looks into the folders. */
  async hasMore(): Promise<boolean> {
    if (this.#waiting.length > 0) return true;
    for (const folder of this.#folders)
      for (const file of await filesOf(folder))
        if (!this.#known.has(file.path)) {
          this.#known.add(file.path);
          this.#waiting.push(file);
        }
    return this.#waiting.length > 0;
  }

  /** Notes a file that is read to its end. */
  pass(path: string, size: number): void {
    this.#passed.push({ path, size });
  }

  /**
   * Only the last file may go on: rows that come into an earlier one have no place in the order of reading.
   *
   * @throws MillraceError (exit 3) where an earlier file grew or shrank
   */
  async checkPassed(): Promise<void> {
    for (const { path, size } of this.#passed) {
      const now = await stat(path).catch(() => undefined);
      if (now && now.size !== size)
        throw refused(
          `${path}: changed after its end was read (${size} bytes then, ${now.size} now): only the last file is followed; put new rows there or into a new file`,
        );
    }
  }
}
