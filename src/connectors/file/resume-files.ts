import { stat } from 'node:fs/promises';
import { type MillraceError, refused } from '../../errors.ts';
import { checkFinished, checkLast } from './check-read.ts';
import type { FilePosition } from './file-position.ts';
import { isSameFile, stampOf } from './file-stamp.ts';
import type { InputFile } from './input-file.ts';
import { type OpenedFile, openFile } from './opened-file.ts';

/** Files of which a part was read before. */
export interface ResumedFiles {
  /** All files in order of reading. */
  readonly files: readonly InputFile[];
  /** Those that were read to their end, as they are now. */
  readonly finished: readonly FilePosition[];
  /** The one that reading goes on in. */
  readonly file: InputFile;
  /** What was read of it. */
  readonly was: FilePosition;
  /** Open behind that. */
  readonly opened: OpenedFile;
}

const AGAIN =
  'give all files that were read before again, in the same order and before new ones, or start anew with --fresh';

/**
 * Finds the files of a position again, in order, and checks that they still are what was read of them. A file is known by its content: it may
 * have another name. What a folder had more while it was followed keeps its place behind the files that were read before it.
 *
 * @param before the files of the position, at least one
 * @throws MillraceError (exit 3) that names the file which is missing, changed, shorter, or new before others that were read
 */
export async function resumeFiles(
  inputs: readonly InputFile[],
  before: readonly FilePosition[],
  pollMs: number | undefined,
): Promise<ResumedFiles> {
  const files = [...inputs];
  const finished: FilePosition[] = [];
  for (let i = 0; ; ) {
    const was = before[i] as FilePosition;
    const file = files[i];
    if (!file) throw missing(was);
    const isLast = i === before.length - 1;
    const opened = await openFile(file, pollMs);
    let going = false;
    try {
      const fault = await (isLast ? checkLast : checkFinished)(file, opened, was);
      going = isLast && !fault;
      if (going) return { files, finished, file, was, opened };
      if (fault) files.splice(i, 0, ...files.splice(await placeOf(files, i, before, fault), 1));
      else {
        finished.push({ ...was, ...opened.file.stamp, path: file.path });
        i++;
      }
    } finally {
      if (!going) await opened.input.close();
    }
  }
}

/**
 * File i is not what was read as the i-th. Where it was read later, and came into its folder while that was followed: the place of the file
 * that was read in its stead. Else throws the reason.
 */
async function placeOf(
  files: readonly InputFile[],
  i: number,
  before: readonly FilePosition[],
  fault: MillraceError,
): Promise<number> {
  const file = files[i] as InputFile;
  const was = before[i] as FilePosition;
  if (await isFile(file, was)) throw fault;
  const place = await firstOf(files.slice(i + 1), (other) => isFile(other, was));
  const readLater = (await firstOf(before.slice(i + 1), (other) => isFile(file, other))) !== undefined;
  if (place === undefined) throw readLater ? missing(was) : other(file, was);
  if (!readLater) throw early(file, was);
  if (!file.inFolder) throw refused(`${was.path}: an earlier run read it before ${file.path}: ${AGAIN}`);
  return i + 1 + place;
}

async function firstOf<T>(of: readonly T[], test: (one: T) => Promise<boolean>): Promise<number | undefined> {
  for (const [i, one] of of.entries()) if (await test(one)) return i;
  return undefined;
}

/** Whether a file seems to be the one that was read, whatever is in it now. */
async function isFile({ path }: InputFile, was: FilePosition): Promise<boolean> {
  if (path === was.path) return true;
  const stats = await stat(path).catch(() => undefined);
  return stats !== undefined && isSameFile(stampOf(stats, 0), was);
}

const missing = ({ path }: FilePosition): MillraceError =>
  refused(`${path}: an earlier run read it, and it is not among the inputs: ${AGAIN}`);

const other = (file: InputFile, { path, offset }: FilePosition): MillraceError =>
  refused(
    `${file.path}: is in the place of ${path}, of which an earlier run read ${offset} bytes, and does not begin with these: ${AGAIN}`,
  );

const early = (file: InputFile, { path }: FilePosition): MillraceError =>
  refused(
    `${file.path}: is new and stands before ${path}, which an earlier run read: give it a name or a place behind the files that were read, or start anew with --fresh`,
  );
