import { open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';

/** What was written to a file, or done to the names in a folder, survives a power cut from here on. */
export async function makeDurable(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Gives a whole file its name, in place of what had it: after a power cut either the old file is there, or the new one whole. */
export async function renameDurably(from: string, to: string): Promise<void> {
  await makeDurable(from);
  await rename(from, to);
  await makeDurable(dirname(to));
}
