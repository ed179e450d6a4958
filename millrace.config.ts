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
      '*': { connector: 'kafka', brokers: env('MILLRACE_KAFKA_BROKERS'), groupId: 'millrace-{job}' },
    },
    tables: { '*': { connector: 'sql', url: env('MILLRACE_DATABASE_URL') } },
  },
});
