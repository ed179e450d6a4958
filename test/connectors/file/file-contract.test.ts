import { appendFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openFileSource } from '../../../src/connectors/file/file-source.ts';
import { sourceContract } from '../contract/source-contract.ts';

sourceContract('a file that is followed', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'millrace-contract-'));
  const file = join(directory, 'events.ndjson');
  await appendFile(file, '');
  return {
    partitions: 1,
    write: (_, texts) => appendFile(file, texts.map((line) => `${line}\n`).join('')),
    open: (spec) => openFileSource(spec, [file], { follow: true, pollMs: 5 }),
    remove: () => rm(directory, { recursive: true }),
  };
});
