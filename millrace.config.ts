import { defineConfig, env } from './src/cli/config/define-config.ts';

// Connectors of the catalog's sources and tables, by environment; '*' stands for all that are not named.
// In a project of your own: import { defineConfig, env } from 'millrace'.
export default defineConfig({
  development: {
    sources: { '*': { connector: 'generator' } },
    tables: { '*': { connector: 'sql', url: 'sqlite:.millrace/development/{job}.db' } },
  },
  test: {
    sources: { '*': { connector: 'generator', rows: 1000, seed: 1 } },
    tables: { '*': { connector: 'sql', url: 'sqlite:.millrace/test/{job}.db' } },
  },
  production: {
    sources: {
      user_order: { connector: 'file', path: env('MILLRACE_USER_ORDER'), follow: true },
      update_info: { connector: 'file', path: env('MILLRACE_UPDATE_INFO'), follow: true },
      user_log: { connector: 'file', path: env('MILLRACE_USER_LOG'), follow: true },
    },
    tables: { '*': { connector: 'sql', url: env('MILLRACE_DATABASE_URL') } },
  },
});
