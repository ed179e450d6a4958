import { resolve } from 'node:path';
import { parseDatabaseUrl } from '../connectors/sql/database-url.ts';

const LOOPBACK = ['localhost', '::1'];

/** Equal for one database, however its address is written. One that is no address is refused where it is opened. */
export function databaseId(url: string): string {
  try {
    const address = parseDatabaseUrl(url);
    if (address.kind === 'sqlite')
      return address.file === ':memory:' ? url : `sqlite:${resolve(address.file)}`;
    const { kind, host, port, database } = address;
    return JSON.stringify([kind, LOOPBACK.includes(host) ? '127.0.0.1' : host, port, database]);
  } catch {
    return url;
  }
}
