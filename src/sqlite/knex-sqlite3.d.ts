declare module 'knex/lib/dialects/sqlite3/index.js' {
  import type { Knex } from 'knex';

  export default class SqliteDialect extends Knex.Client {
    _driver(): unknown;
  }
}
