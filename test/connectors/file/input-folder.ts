// Real files in a temporary folder, and sources that read them.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect } from '@jest/globals';
import { type FileSourceOptions, openFileSource } from '../../../src/connectors/file/file-source.ts';
import type { Source, SourcePosition } from '../../../src/connectors/source.ts';
import { column, type Read, spec } from './support.ts';

const orders = spec([column('id', 'BIGINT'), column('name', 'VARCHAR')]);

/** A line of NDJSON. */
export const line = (id: number, name = `n${id}`): string => `${JSON.stringify({ id, name })}\n`;
/** The lines with ids in [from, to). */
export const lines = (from: number, to: number): string =>
  Array.from({ length: to - from }, (_, i) => line(from + i)).join('');
/** The id of each row, or why it was rejected. */
export const ids = (read: readonly Read[]) => read.map(({ row, reason }) => row?.id ?? reason);
/** An error with this exit code and message. */
export const exit = (exitCode: number, message: unknown) => expect.objectContaining({ exitCode, message });

/** What a test does with its folder. */
export interface InputFolder {
  /** The path of a name in the folder; of the folder itself without one. */
  path(name?: string): string;
  /** Writes a file, and gives its path. */
  file(name: string, content: string | Uint8Array): Promise<string>;
  /** Opens a source with the columns `id` and `name`, perhaps at a position. It is closed after the test. */
  source(
    files: readonly string[],
    options?: FileSourceOptions,
    from?: SourcePosition | null,
  ): Promise<Source>;
}

/** A new folder for each test of the file that calls this. */
export function inputFolder(): InputFolder {
  let folder = '';
  const open: Source[] = [];
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'millrace-files-'));
  });
  afterEach(async () => {
    for (const source of open.splice(0)) await source.close();
    await rm(folder, { recursive: true });
  });
  const path = (name = ''): string => join(folder, name);
  return {
    path,
    async file(name, content) {
      await writeFile(path(name), content);
      return path(name);
    },
    async source(files, options, from) {
      const opened = await openFileSource({ ...orders, from: from ?? undefined }, files, options);
      open.push(opened);
      return opened;
    },
  };
}
