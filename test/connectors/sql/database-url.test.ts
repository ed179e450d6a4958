import { describe, expect, test } from '@jest/globals';
import { parseDatabaseUrl } from '../../../src/connectors/sql/database-url.ts';
import { MillraceError } from '../../../src/errors.ts';

const refusal = (url: string): MillraceError => {
  try {
    parseDatabaseUrl(url);
  } catch (error) {
    if (error instanceof MillraceError) return error;
  }
  throw new Error('taken');
};

describe('parseDatabaseUrl', () => {
  test.each([
    ['sqlite:out.db', 'out.db'],
    ['sqlite:/var/a b.db', '/var/a b.db'],
    ['sqlite:///var/a.db', '/var/a.db'],
    ['sqlite::memory:', ':memory:'],
  ])('%s is the file %s', (url, file) => {
    expect(parseDatabaseUrl(url)).toMatchObject({ kind: 'sqlite', file });
  });

  test('a server: defaults, escapes, and a label without secrets', () => {
    expect(parseDatabaseUrl('mariadb://app:s%40cret@db.example/shop')).toEqual({
      kind: 'mysql',
      label: 'mysql://db.example:3306/shop',
      host: 'db.example',
      port: 3306,
      user: 'app',
      password: 's@cret',
      database: 'shop',
      tls: undefined,
    });
    expect(parseDatabaseUrl('postgresql://[::1]:5433/a%20b?sslmode=require')).toMatchObject({
      kind: 'postgres',
      host: '::1',
      port: 5433,
      user: 'postgres',
      password: '',
      database: 'a b',
      tls: { verify: true, authorities: undefined },
    });
  });

  test.each([
    ['?sslmode=disable', undefined],
    ['?sslmode=verify-full', { verify: true, authorities: undefined }],
    ['?sslmode=no-verify', { verify: false, authorities: undefined }],
    ['?sslrootcert=rds.pem', { verify: true, authorities: 'rds.pem' }],
  ])('encrypted: %s', (parameters, tls) => {
    expect(parseDatabaseUrl(`mysql://u@h/d${parameters}`)).toMatchObject({ tls });
  });

  test.each([
    ['out.db', 'a database address begins with its kind: sqlite:FILE'],
    ['mysq://u:secret@h/d', "unknown kind of database 'mysq'"],
    ['sqlite:', 'names no file'],
    ['mysql://u:secret@h:3306', 'mysql://h:3306 names no database'],
    ['mysql:///d', 'names no host'],
    ['postgres://u:sec#ret@h:1/d', 'cannot be read'],
    ['postgres://u:secret%@h/d', 'cannot be read'],
    [
      'postgres://u:secret@h/d?ssl=1',
      "unknown parameter 'ssl' of the address; known are sslmode, sslrootcert",
    ],
    [
      'postgres://u:secret@h/d?sslmode=no-verify&sslrootcert=x',
      'sslrootcert has no use with sslmode no-verify',
    ],
    [
      'postgres://u:secret@h/d?sslmode=prefer',
      "unknown sslmode 'prefer'; known are disable, require, verify-full, no-verify",
    ],
  ])('%s is refused without the password', (url, words) => {
    const error = refusal(url);
    expect(error.exitCode).toBe(2);
    expect(error.message).toContain(words);
    expect(error.message).not.toMatch(/secret|sec#ret/);
  });
});
