import { expect, test } from '@jest/globals';
import { DriverError, type FaultKind, faultOf } from '../../../src/connectors/sql/fault.ts';

test.each<[string, string, FaultKind, string]>([
  ['ECONNREFUSED', 'connect ECONNREFUSED 127.0.0.1:1', 'away', 'connection refused'],
  [
    'PROTOCOL_CONNECTION_LOST',
    'Connection lost: The server closed the connection.',
    'away',
    'connection lost',
  ],
  ['', 'Connection terminated unexpectedly', 'away', 'Connection terminated unexpectedly'],
  [
    '',
    "Can't add new command when connection is in closed state",
    'away',
    "Can't add new command when connection is in closed state",
  ],
  ['08006', 'gone', 'away', 'gone'],
  ['57P03', 'the database system is starting up', 'away', 'the database system is starting up'],
  ['53300', 'too many clients', 'away', 'too many clients'],
  ['ER_LOCK_DEADLOCK', 'Deadlock found', 'conflict', 'Deadlock found'],
  ['40P01', 'deadlock detected', 'conflict', 'deadlock detected'],
  ['SQLITE_BUSY', 'SQLITE_BUSY: database is locked', 'conflict', 'SQLITE_BUSY: database is locked'],
  ['ER_ACCESS_DENIED_ERROR', "Access denied for user 'x'", 'denied', "Access denied for user 'x'"],
  ['3D000', 'database "x" does not exist', 'denied', 'database "x" does not exist'],
  ['SQLITE_FULL', 'disk is full', 'away', 'disk is full; free some room on its disk'],
  [
    'SQLITE_IOERR',
    'disk I/O error',
    'other',
    'disk I/O error; its disk or file system failed: look at the system log, mend it, and start again',
  ],
  ['40003', 'outcome unknown', 'away', 'outcome unknown'],
  ['ER_ERROR_DURING_COMMIT', 'Got error 28', 'away', 'Got error 28'],
  ['23505', 'duplicate key', 'other', 'duplicate key'],
  ['', 'anything else', 'other', 'anything else'],
])('%s %s is %s', (code, message, kind, reason) => {
  expect(faultOf(new DriverError(message, code, undefined))).toEqual({ kind, reason });
});

test('an error that mysql2 has no name for goes by its number', () => {
  expect(faultOf({ errno: 1969, message: 'max_statement_time exceeded' })).toEqual({
    kind: 'away',
    reason: 'max_statement_time exceeded',
  });
});
