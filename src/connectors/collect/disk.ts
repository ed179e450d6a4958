import { type FileHandle, open } from 'node:fs/promises';

/** The two acts of a disk that take time and fail. Tests put slow and full disks in its place. */
export interface Disk {
  /** Writes all bytes at a place. A failed write may have written some of them. */
  write(file: FileHandle, bytes: Uint8Array, at: number): Promise<void>;
  /** What was written survives a power cut from here on. */
  sync(file: FileHandle): Promise<void>;
}

/** The disk of the machine. */
export const DISK: Disk = {
  async write(file, bytes, at) {
    for (let done = 0; done < bytes.length; ) {
      const { bytesWritten } = await file.write(bytes, done, bytes.length - done, at + done);
      done += bytesWritten;
    }
  },
  sync: (file) => file.datasync(),
};

/** The names in a folder survive a power cut from here on. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
