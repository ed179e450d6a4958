// Whether a file still is what an earlier run read of it. What is wrong is returned, so that the caller can look for the reason.
import { type MillraceError, refused } from '../../errors.ts';
import type { FilePosition } from './file-position.ts';
import { isUntouched } from './file-stamp.ts';
import { isGzipFault } from './gunzip-input.ts';
import type { InputFile } from './input-file.ts';
import { endsLine, wentOn } from './line-end.ts';
import type { OpenedFile } from './opened-file.ts';
import { passOver } from './pass-over.ts';

const RESTORE = 'restore what was read, or start anew with --fresh';

/** Checks the last file that was read, and leaves it where reading goes on. */
export async function checkLast(
  { path, packed }: InputFile,
  opened: OpenedFile,
  was: FilePosition,
): Promise<MillraceError | undefined> {
  const { file, input } = opened;
  if (!packed && isUntouched(file.stamp, was)) {
    file.seek(was.offset);
    return undefined;
  }
  const fault = await checkPart(path, opened, was);
  if (fault || packed || !was.open) return fault;
  const next = Buffer.alloc(2);
  const n = await input.read(next, 0, next.length);
  file.seek(was.offset);
  return endsLine(next, 0, n) ? undefined : refused(wentOn(path, was.offset));
}

/** Checks a file that was read to its end before another was begun: nothing but blank lines may have come since. */
export async function checkFinished(
  { path }: InputFile,
  opened: OpenedFile,
  was: FilePosition,
): Promise<MillraceError | undefined> {
  if (isUntouched(opened.file.stamp, was)) return undefined;
  const fault = await checkPart(path, opened, was);
  if (fault || (await isBlank(opened, was.open))) return fault;
  return refused(
    `${path}, byte ${was.offset}: changed after its end was read: only the last file that was read may go on; put new rows there or into a new file`,
  );
}

async function checkPart(
  path: string,
  { file, input }: OpenedFile,
  { offset, checksum }: FilePosition,
): Promise<MillraceError | undefined> {
  const short = (length: number) =>
    refused(`${path}: an earlier run read ${offset} bytes of it, and it has ${length} now: ${RESTORE}`);
  // Of a packed file the unpacked bytes count.
  if (input === file && file.stamp.size < offset) return short(file.stamp.size);
  const now = await passOver(input, offset);
  if (now.length < offset) return short(now.length);
  if (now.checksum === checksum) return undefined;
  return refused(`${path}: changed before byte ${offset}, in the part that an earlier run read: ${RESTORE}`);
}

/** Whether nothing but blank lines follow, from a line that has ended or, where it is `open`, will end now. */
async function isBlank({ input }: OpenedFile, open: boolean): Promise<boolean> {
  const piece = Buffer.allocUnsafe(1 << 16);
  let first = open;
  try {
    for (;;) {
      const n = await input.read(piece, 0, piece.length);
      if (n === 0) return true;
      if (first && !endsLine(piece, 0, n)) return false;
      first = false;
      for (let i = 0; i < n; i++) if (!BLANKS.includes(piece[i] as number)) return false;
    }
  } catch (error) {
    if (isGzipFault(error)) return false;
    throw error;
  }
}

const BLANKS: readonly number[] = [9, 10, 13, 32];
