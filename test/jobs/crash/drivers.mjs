// Loaded into a process under test: stands between the program and the drivers of its databases.
import { createRequire } from 'node:module';
import sqlite3 from 'sqlite3';

/**
 * @typedef {object} Statement A statement on its way to a database.
 * @property {object} connection of the driver
 * @property {string} database file of SQLite, or name on the server
 * @property {string} text
 * @property {unknown[]} values
 * @property {(text: string, values: unknown[], done: (...answer: unknown[]) => void) => void} send over the same connection
 */

/**
 * Hands each statement to `take` in place of the driver. Statements of SQLite always: checkpoints are there.
 * @param {readonly string[]} kinds of the databases: the drivers of others are not loaded
 * @param {(statement: Statement, done: (...answer: unknown[]) => void) => void} take
 */
export function betweenDrivers(kinds, take) {
  const require = createRequire(import.meta.url);
  patch(sqlite3.Database.prototype, 'all', (database, [text, values]) => ({
    database: database.filename,
    text,
    values,
    send: (all, sql, bindings, done) => all.call(database, sql, bindings, done),
  }));
  if (kinds.includes('mysql'))
    patch(require('mysql2').Connection.prototype, 'query', (connection, [query, values]) => ({
      database: connection.config.database,
      text: query.sql ?? query,
      values,
      send: (original, sql, bindings, done) => original.call(connection, { sql }, bindings, done),
    }));
  if (kinds.includes('postgres'))
    patch(require('pg').Client.prototype, 'query', (client, [query]) => ({
      database: client.database,
      text: query.text ?? query,
      values: query.values,
      send: (original, sql, bindings, done) => original.call(client, { text: sql, values: bindings }, done),
    }));

  function patch(prototype, method, read) {
    const original = prototype[method];
    prototype[method] = function (...args) {
      const done = args.at(-1);
      if (args.length < 2 || typeof done !== 'function') return original.apply(this, args);
      const { database, text, values, send } = read(this, args.slice(0, -1));
      take(
        {
          connection: this,
          database,
          text,
          values: values ?? [],
          send: (sql, bindings, answered) => send(original, sql, bindings, answered),
        },
        (...answer) => done.apply(this, answer),
      );
    };
  }
}
