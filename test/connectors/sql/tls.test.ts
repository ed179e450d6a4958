// Encrypted connections to servers of the test's own.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { openDatabase } from '../../../src/connectors/sql/open-database.ts';
import { authority } from '../../certificates.ts';
import { OwnServer, ownServerKinds, type ServerKind } from '../../own-server.ts';
import { errorOf, table, use } from './fixture.ts';

jest.setTimeout(60_000);

const schema = table('t', 1, { k: 'INT', v: 'INT' });
const folder = mkdtempSync(join(tmpdir(), 'millrace-tls-'));
const file = (name: string) => join(folder, name);
const ours = await authority(folder, 'ours');
writeFileSync(file('ours.pem'), ours.ca);
writeFileSync(file('theirs.pem'), (await authority(folder, 'theirs')).ca);
afterAll(() => rmSync(folder, { recursive: true }));

const prepared = async (url: string): Promise<void> => {
  const database = await openDatabase(url);
  try {
    await database.prepare([use(schema)]);
  } finally {
    await database.close();
  }
};
const kinds = ownServerKinds.length > 0 ? ownServerKinds : (['mysql'] as const);
const described = ownServerKinds.length > 0 ? describe : describe.skip;

described.each<ServerKind>(kinds)('%s', (kind) => {
  let server: OwnServer;
  let url: string;
  beforeAll(async () => {
    server = await OwnServer.make(kind, await ours.sign(kind, 'DNS:localhost,IP:127.0.0.1'));
    // mysql2 compares no addresses.
    url = (await server.createDatabase('d')).replace(
      '127.0.0.1',
      kind === 'mysql' ? 'localhost' : '127.0.0.1',
    );
    await server.onlyEncrypted();
  });
  afterAll(() => server.remove());

  test.each([
    'sslmode=no-verify',
    `sslrootcert=${file('ours.pem')}`,
    `sslmode=require&sslrootcert=${file('ours.pem')}`,
  ])('%s: the connection is encrypted', async (parameters) => {
    await expect(prepared(url)).rejects.toThrow();
    await prepared(`${url}?${parameters}`);
  });

  test.each([
    ['an authority that Node does not know', 'sslmode=require', 'no trusted TLS'],
    ['another authority', `sslrootcert=${file('theirs.pem')}`, 'no trusted TLS'],
    ['a file that is not there', `sslrootcert=${file('none.pem')}`, 'sslrootcert: ENOENT'],
  ])('%s: refused at once', async (_, parameters, words) => {
    const error = await errorOf(prepared(`${url}?${parameters}`));
    expect(error.exitCode).toBe(2);
    expect(error.message).toContain(words);
  });
});

described.each<ServerKind>(kinds)('%s whose certificate is that of another host', (kind) => {
  test('is refused, unless nothing is checked', async () => {
    const server = await OwnServer.make(kind, await ours.sign(`other-${kind}`, 'DNS:db.example'));
    try {
      const url = await server.createDatabase('d');
      const error = await errorOf(prepared(`${url}?sslrootcert=${file('ours.pem')}`));
      expect(error).toMatchObject({ exitCode: 2, message: expect.stringContaining('no trusted TLS') });
      await prepared(`${url}?sslmode=no-verify`);
    } finally {
      await server.remove();
    }
  });
});

described.each<ServerKind>(kinds)('%s without TLS', (kind) => {
  test('is refused where it is asked for', async () => {
    const server = await OwnServer.make(kind);
    try {
      const url = await server.createDatabase('d');
      const error = await errorOf(prepared(`${url}?sslmode=require`));
      expect(error).toMatchObject({ exitCode: 2, message: expect.stringContaining('no trusted TLS') });
    } finally {
      await server.remove();
    }
  });
});
