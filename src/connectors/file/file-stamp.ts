/** What tells a file that nobody touched from one to read again. */
export interface FileStamp {
  readonly inode: number;
  readonly device: number;
  /** Bytes as they lie on disk. */
  readonly size: number;
  /** When it was changed last, epoch milliseconds; null where it was changed so shortly before that a later change could bear the same time. */
  readonly modified: number | null;
}

/** The coarsest clock of a file system, in milliseconds. */
const COARSE = 2000;

/** The stamp of a file with these statistics at this time (epoch milliseconds). */
export function stampOf(
  { ino, dev, size, mtimeMs }: Readonly<Record<'ino' | 'dev' | 'size' | 'mtimeMs', number>>,
  now: number,
): FileStamp {
  return { inode: ino, device: dev, size, modified: now - mtimeMs < COARSE ? null : mtimeMs };
}

/** Whether both are stamps of one file, wherever it lies now. */
export const isSameFile = (a: FileStamp, b: FileStamp): boolean =>
  a.inode === b.inode && a.device === b.device;

/** Whether the file is as it was. */
export const isUntouched = (now: FileStamp, before: FileStamp): boolean =>
  isSameFile(now, before) &&
  now.size === before.size &&
  now.modified !== null &&
  now.modified === before.modified;
