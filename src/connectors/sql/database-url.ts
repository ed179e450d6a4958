import { wrong } from '../../errors.ts';

/** A SQLite file, or `:memory:`. */
export interface SqliteAddress {
  readonly kind: 'sqlite';
  readonly label: string;
  readonly file: string;
}

/** A database of a server. */
export interface ServerAddress {
  readonly kind: 'mysql' | 'postgres';
  /** Without user and password. */
  readonly label: string;
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
  /** Absent: the connection is not encrypted. */
  readonly tls: TlsAddress | undefined;
}

/** How a connection is encrypted. */
interface TlsAddress {
  /** Is the server's certificate checked, and the host name in it? */
  readonly verify: boolean;
  /** File with the certificates, in PEM, of who vouches for the server; undefined: those that Node trusts. */
  readonly authorities: string | undefined;
}

export type DatabaseAddress = SqliteAddress | ServerAddress;

const FORMS =
  'sqlite:FILE, mysql://USER:PASSWORD@HOST:PORT/DATABASE or postgres://USER:PASSWORD@HOST:PORT/DATABASE';
const SERVERS: Readonly<Record<string, { kind: ServerAddress['kind']; port: number; user: string }>> = {
  mysql: { kind: 'mysql', port: 3306, user: 'root' },
  mariadb: { kind: 'mysql', port: 3306, user: 'root' },
  postgres: { kind: 'postgres', port: 5432, user: 'postgres' },
  postgresql: { kind: 'postgres', port: 5432, user: 'postgres' },
};
/** Is the certificate checked? null: there is none. */
const SSL_MODES: Readonly<Record<string, boolean | null>> = {
  disable: null,
  require: true,
  'verify-full': true,
  'no-verify': false,
};
const PARAMETERS: readonly string[] = ['sslmode', 'sslrootcert'];

/**
 * Takes the address of a database apart; exit 2 where it is none. The message never repeats the address: it may hold a password.
 *
 * @example parseDatabaseUrl('mysql://app:secret@db:3306/shop').label // 'mysql://db:3306/shop'
 */
export function parseDatabaseUrl(text: string): DatabaseAddress {
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(text)?.[1]?.toLowerCase();
  if (scheme === undefined) throw wrong(`a database address begins with its kind: ${FORMS}`);
  if (scheme === 'sqlite') return sqliteAddress(text.slice('sqlite:'.length));
  const server = SERVERS[scheme];
  if (!server) throw wrong(`unknown kind of database '${scheme}': ${FORMS}`);
  return serverAddress(scheme, server, text);
}

function sqliteAddress(rest: string): SqliteAddress {
  const file = rest.startsWith('//') ? rest.slice(2) : rest;
  if (file === '') throw wrong('a sqlite: address names no file: sqlite:FILE');
  return { kind: 'sqlite', label: `sqlite:${file}`, file };
}

function serverAddress(
  scheme: string,
  { kind, port, user }: { kind: ServerAddress['kind']; port: number; user: string },
  text: string,
): ServerAddress {
  let url: URL;
  let database: string;
  let name: string;
  let password: string;
  try {
    url = new URL(text);
    database = decodeURIComponent(url.pathname.slice(1));
    name = decodeURIComponent(url.username);
    password = decodeURIComponent(url.password);
  } catch {
    // The cause of the error would repeat the address.
    throw wrong(
      `this ${scheme}: address cannot be read (a special character in user or password is written as %XX): ${FORMS}`,
    );
  }
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  if (host === '') throw wrong(`the ${scheme}: address names no host: ${FORMS}`);
  const at = url.port === '' ? port : Number(url.port);
  if (database === '')
    throw wrong(`the address ${scheme}://${url.hostname}:${at} names no database: ${FORMS}`);
  const label = `${kind}://${url.hostname}:${at}/${database}`;
  return {
    kind,
    label,
    host,
    port: at,
    user: name === '' ? user : name,
    password,
    database,
    tls: tlsOf(url.searchParams, label),
  };
}

function tlsOf(parameters: URLSearchParams, label: string): TlsAddress | undefined {
  for (const name of parameters.keys())
    if (!PARAMETERS.includes(name))
      throw wrong(`${label}: unknown parameter '${name}' of the address; known are ${PARAMETERS.join(', ')}`);
  const authorities = parameters.get('sslrootcert') ?? undefined;
  const mode = parameters.get('sslmode') ?? (authorities === undefined ? 'disable' : 'verify-full');
  const verify = Object.hasOwn(SSL_MODES, mode) ? SSL_MODES[mode] : undefined;
  if (verify === undefined)
    throw wrong(`${label}: unknown sslmode '${mode}'; known are ${Object.keys(SSL_MODES).join(', ')}`);
  if (authorities !== undefined && verify !== true)
    throw wrong(`${label}: sslrootcert has no use with sslmode ${mode}: nobody's certificate is checked`);
  return verify === null ? undefined : { verify, authorities };
}
