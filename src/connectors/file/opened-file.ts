import type { ByteInput } from './byte-input.ts';
import { FileInput } from './file-input.ts';
import { FollowedFile } from './followed-file.ts';
import { GunzipInput } from './gunzip-input.ts';
import type { InputFile } from './input-file.ts';

/** A file that is open. Whoever closes its input closes it. */
export interface OpenedFile {
  /** Its unpacked bytes. */
  readonly input: ByteInput;
  /** Its bytes as they lie on disk. */
  readonly file: FileInput;
  /** There where its end may be waited at: to its end as it is now, until `follow` is called. */
  readonly followed: FollowedFile | undefined;
}

/**
 * Opens a file, at its beginning.
 *
 * @param pollMs milliseconds between two looks at the end of a file that may be followed; undefined: it may not
 */
export async function openFile({ path, packed }: InputFile, pollMs: number | undefined): Promise<OpenedFile> {
  const file = await FileInput.open(path);
  const followed = pollMs === undefined ? undefined : new FollowedFile(file, pollMs);
  const bytes = followed ?? file;
  return { input: packed ? new GunzipInput(bytes, path) : bytes, file, followed };
}
