// Errors of drivers, sorted by what to do about them.

/**
 * `away`: the database is not there, or not for writers; it may come back.
 * `conflict`: another transaction was in the way; the same one again may pass.
 * `denied`: it is there and does not let us in, or there is no such database.
 * `other`: what was asked for is wrong.
 */
export type FaultKind = 'away' | 'conflict' | 'denied' | 'other';

export interface Fault {
  readonly kind: FaultKind;
  /** In words, without SQL text and values. */
  readonly reason: string;
}

/** An error of a driver whose message is the database's own: without the SQL text that knex puts before it. */
export class DriverError extends Error {
  readonly code: string;
  constructor(message: string, code: string, cause: unknown) {
    super(message, { cause });
    this.name = 'DriverError';
    this.code = code;
  }
}

const NETWORK: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection lost',
  EPIPE: 'connection lost',
  PROTOCOL_CONNECTION_LOST: 'connection lost',
  PROTOCOL_SEQUENCE_TIMEOUT: 'no answer in time',
  ETIMEDOUT: 'no answer in time',
  ENOTFOUND: 'host not found',
  EAI_AGAIN: 'host not found',
  EHOSTUNREACH: 'host not reachable',
  ENETUNREACH: 'network not reachable',
  EHOSTDOWN: 'host is down',
};

const AWAY = new Set([
  // MySQL: shutting down, too many connections, killed, interrupted, read-only, disk or table full
  ...['ER_SERVER_SHUTDOWN', 'ER_NORMAL_SHUTDOWN', 'ER_CON_COUNT_ERROR', 'ER_TOO_MANY_USER_CONNECTIONS'],
  ...[
    'ER_USER_LIMIT_REACHED',
    'ER_CONNECTION_KILLED',
    'ER_QUERY_INTERRUPTED',
    'ER_OPTION_PREVENTS_STATEMENT',
  ],
  ...['ER_READ_ONLY_MODE', 'ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION', 'ER_DISK_FULL', 'ER_RECORD_FILE_FULL'],
  ...['ER_ERROR_DURING_COMMIT', 'ER_OUT_OF_RESOURCES', 'ER_CLIENT_INTERACTION_TIMEOUT'],
  // MariaDB: killed, the statement took too long
  ...['errno 1927', 'errno 1969'],
  // PostgreSQL: a standby, the query cancelled, shutting down, crashed, starting, unknown whether it is done
  ...['25006', '57014', '57P01', '57P02', '57P03', '57P05', '25P03', '40003'],
  'SQLITE_FULL',
]);
const CONFLICT = new Set([
  ...['ER_LOCK_DEADLOCK', 'ER_LOCK_WAIT_TIMEOUT', 'ER_CHECKREAD'],
  ...['40001', '40P01', '55P03'],
  ...['SQLITE_BUSY', 'SQLITE_LOCKED', 'SQLITE_PROTOCOL'],
]);
/** A server's certificate that is not to be trusted, and servers without one. */
const NO_TLS = new Set([
  ...['DEPTH_ZERO_SELF_SIGNED_CERT', 'SELF_SIGNED_CERT_IN_CHAIN', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
  ...['UNABLE_TO_GET_ISSUER_CERT', 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'ERR_TLS_CERT_ALTNAME_INVALID'],
  ...['CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID', 'HANDSHAKE_SSL_ERROR', 'HANDSHAKE_NO_SSL_SUPPORT'],
]);
const TLS_ADVICE =
  'sslrootcert=FILE names who vouches for its certificate; sslmode=no-verify encrypts, whoever answers';
const DENIED = new Set([
  ...[
    'ER_ACCESS_DENIED_ERROR',
    'ER_DBACCESS_DENIED_ERROR',
    'ER_BAD_DB_ERROR',
    'ER_ACCESS_DENIED_NO_PASSWORD_ERROR',
  ],
  ...['ER_HOST_NOT_PRIVILEGED', 'ER_NOT_SUPPORTED_AUTH_MODE', 'ER_TABLEACCESS_DENIED_ERROR'],
  ...['28P01', '28000', '3D000', '42501'],
  ...['SQLITE_CANTOPEN', 'SQLITE_READONLY', 'SQLITE_NOTADB', 'SQLITE_PERM'],
]);
/** What a user can do about errors of a file. What was committed is in the file, or owed by the state. */
const ADVICE: Readonly<Record<string, string>> = {
  SQLITE_FULL: 'free some room on its disk',
  SQLITE_IOERR: 'its disk or file system failed: look at the system log, mend it, and start again',
  SQLITE_READONLY: 'make the file and its folder writable, and start again',
  SQLITE_CANTOPEN: 'see that the file is there and that it and its folder may be read and written',
  SQLITE_CORRUPT: 'the file is damaged: put back a copy of it, or move it away and start with --fresh',
};
// The drivers' own errors for a connection that ended carry no code.
const LOST =
  /^(Connection (terminated|ended)|Client has encountered a connection error|Client was closed|Can't add new command|timeout expired|timeout exceeded when trying|Knex: Timeout acquiring|read ECONN)/i;

/** What kind of error this is, and its reason in words. */
export function faultOf(error: unknown): Fault {
  const { code, message } = errorParts(error);
  const network = NETWORK[code];
  if (network !== undefined) return { kind: 'away', reason: network };
  const advice = ADVICE[code];
  const reason = advice === undefined ? message : `${message}; ${advice}`;
  if (AWAY.has(code) || /^(08|53)/.test(code)) return { kind: 'away', reason };
  if (CONFLICT.has(code)) return { kind: 'conflict', reason };
  if (NO_TLS.has(code) || /does not support SSL/.test(message))
    return { kind: 'denied', reason: `no trusted TLS: ${message}; ${TLS_ADVICE}` };
  if (DENIED.has(code)) return { kind: 'denied', reason };
  return { kind: LOST.test(message) ? 'away' : 'other', reason };
}

/** Code (a name, or `errno` and a number) and message of whatever was thrown; by shape, since an error of another realm is no `Error` here. */
export function errorParts(error: unknown): { code: string; message: string } {
  const { code, errno, message } = (typeof error === 'object' && error !== null ? error : {}) as Record<
    string,
    unknown
  >;
  return {
    // mysql2 has no names for what MariaDB alone says.
    code: typeof code === 'string' ? code : typeof errno === 'number' ? `errno ${errno}` : '',
    message: typeof message === 'string' ? message : String(error),
  };
}
