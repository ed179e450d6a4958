import { access, constants, open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { wrong } from '../../errors.ts';

/** A file of rows, as it was given. */
export interface InputFile {
  /** `-`: standard input. */
  readonly path: string;
  readonly format: 'ndjson' | 'csv';
  readonly packed: boolean;
  /** It was found in a folder. */
  readonly inFolder: boolean;
}

/** Standard input as a file of rows. */
export const STDIN = '-';

type Kind = Pick<InputFile, 'format' | 'packed'>;

const KINDS: Readonly<Record<string, Kind>> = {
  '.ndjson': { format: 'ndjson', packed: false },
  '.jsonl': { format: 'ndjson', packed: false },
  '.csv': { format: 'csv', packed: false },
  '.ndjson.gz': { format: 'ndjson', packed: true },
  '.jsonl.gz': { format: 'ndjson', packed: true },
  '.csv.gz': { format: 'csv', packed: true },
};

const WANTED = '.ndjson, .jsonl or .csv, each also with .gz';

/** What the inputs of a source are: the files in order of reading, and the folders that some of them are from. */
export interface InputFiles {
  readonly files: readonly InputFile[];
  readonly folders: readonly string[];
}

/**
 * Finds and checks the inputs of a source: files, folders, `-`.
 *
 * @throws MillraceError (exit 2) with the path, for one that is missing, not readable or of no known kind, and for a folder without files of these kinds
 */
export async function findInputs(inputs: readonly string[]): Promise<InputFiles> {
  const files: InputFile[] = [];
  const folders: string[] = [];
  for (const path of inputs) {
    if (path === STDIN) files.push({ path, format: 'ndjson', packed: false, inFolder: false });
    else if (await isFolder(path)) {
      const inside = await filesOf(path);
      if (inside.length === 0) throw wrong(`${path}: no file in this folder ends in ${WANTED}`);
      folders.push(path);
      for (const file of inside) files.push(await checked(file));
    } else files.push(await checked(fileOf(path)));
  }
  return { files, folders };
}

/** The files of a folder that have rows, by name. Hidden ones are none of them. */
export async function filesOf(folder: string): Promise<InputFile[]> {
  const names = (await orWrong(folder, () => readdir(folder))).sort();
  const files: InputFile[] = [];
  for (const name of names) {
    const path = join(folder, name);
    const kind = kindOf(name);
    if (kind && !name.startsWith('.') && (await stat(path).catch(() => undefined))?.isFile())
      files.push({ path, ...kind, inFolder: true });
  }
  return files;
}

function fileOf(path: string): InputFile {
  const kind = kindOf(path);
  if (!kind) throw wrong(`${path}: not a kind of file that can be read: its name must end in ${WANTED}`);
  return { path, ...kind, inFolder: false };
}

const kindOf = (path: string): Kind | undefined =>
  KINDS[/\.[a-z]+(\.gz)?$/i.exec(path)?.[0].toLowerCase() ?? ''];

async function isFolder(path: string): Promise<boolean> {
  const found = await orWrong(path, () => stat(path));
  if (!found.isFile() && !found.isDirectory()) throw wrong(`${path}: neither a file nor a folder`);
  return found.isDirectory();
}

async function checked(file: InputFile): Promise<InputFile> {
  await orWrong(file.path, () => access(file.path, constants.R_OK));
  if (file.packed) await checkMagic(file.path);
  return file;
}

const GZIP = Buffer.of(0x1f, 0x8b);

/** A file that is named .gz and is none. An empty one may still become one. */
async function checkMagic(path: string): Promise<void> {
  const handle = await orWrong(path, () => open(path, 'r'));
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(2), 0, 2, 0);
    if (!GZIP.subarray(0, bytesRead).equals(buffer.subarray(0, bytesRead)))
      throw wrong(`${path}: not in gzip format`);
  } finally {
    await handle.close();
  }
}

async function orWrong<T>(path: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    throw wrong(
      code === 'ENOENT' ? `${path}: no such file or folder` : `${path}: cannot be read (${code})`,
      error,
    );
  }
}
