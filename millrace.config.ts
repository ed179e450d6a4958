import { defineConfig, env } from './src/cli/config/define-config.ts';

/** Access to Alibaba Cloud. */
const access = { accessId: env('MILLRACE_ACCESS_ID'), accessKey: env('MILLRACE_ACCESS_KEY') };

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
  // Events from DataHub, the premiums on file in Tablestore (OTS), results in RDS.
  aliyun: {
    sources: {
      '*': {
        connector: 'datahub',
        endPoint: env('MILLRACE_DATAHUB_ENDPOINT'),
        project: env('MILLRACE_DATAHUB_PROJECT'),
        ...access,
      },
    },
    tables: {
      raw_info: {
        connector: 'ots',
        endPoint: env('MILLRACE_OTS_ENDPOINT'),
        instanceName: env('MILLRACE_OTS_INSTANCE'),
        ...access,
      },
      '*': { connector: 'sql', url: env('MILLRACE_DATABASE_URL') },
    },
  },
});
