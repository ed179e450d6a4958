import { refused } from '../../errors.ts';
import type { SourcePosition } from '../source.ts';
import type { FileStamp } from './file-stamp.ts';
import type { LineMark } from './line-mark.ts';

/** How far a file was read, in unpacked bytes, and how it was then. */
export interface FilePosition extends Omit<LineMark, 'rows'>, FileStamp {
  /** As it was given: for messages. The position belongs to the content. */
  readonly path: string;
}

/** The position of a file at a place in it. */
export const filePosition = (
  path: string,
  { offset, checksum, open }: LineMark,
  stamp: FileStamp,
): FilePosition => ({ path, offset, checksum, open, ...stamp });

/** The position of a source of files: the files that were begun, in order of reading; all but the last were read to their end. */
export const positionOfFiles = (files: readonly FilePosition[]): SourcePosition => ({ files });

/**
 * The files of a position.
 *
 * @throws MillraceError (exit 3) where it is the position of another kind of source
 */
export function filesOfPosition(position: SourcePosition, source: string): readonly FilePosition[] {
  const { files } = position;
  if (Array.isArray(files) && files.every(isFilePosition)) return files;
  throw refused(
    `source '${source}': an earlier run did not read it from files: read it again from where it came, or start anew with --fresh`,
  );
}

function isFilePosition(value: unknown): value is FilePosition {
  const { path, offset, checksum } = (value ?? {}) as Readonly<Record<string, unknown>>;
  return typeof path === 'string' && typeof offset === 'number' && typeof checksum === 'number';
}
