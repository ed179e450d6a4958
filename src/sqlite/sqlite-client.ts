import type { Knex } from 'knex';
import SqliteDialect from 'knex/lib/dialects/sqlite3/index.js';
import * as sqlite3 from 'sqlite3';

/**
 * knex's sqlite3 dialect on the maintained driver, an ES module whose constants (OPEN_*) are on the default export alone.
 * Exact integers are the business of the statements: see `sqlite.ts`.
 */
export const SqliteClient: typeof Knex.Client = class extends SqliteDialect {
  override _driver(): unknown {
    // The driver's declarations lack the default export.
    return (sqlite3 as unknown as { default: unknown }).default;
  }
};
