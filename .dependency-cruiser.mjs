// Layers: a folder of src may import itself, src/errors.ts, src/maybe-promise.ts and the folders in its list.
const may = {
  values: [],
  plan: ['values'],
  dsl: ['plan', 'values'],
  sqlite: [],
  state: ['values', 'sqlite'],
  connectors: ['plan', 'values', 'sqlite'],
  runtime: ['plan', 'state', 'connectors', 'values'],
  cli: ['plan', 'dsl', 'state', 'runtime', 'connectors', 'values', 'sqlite'],
};
/** Packages that these folders alone may import. */
const owners = {
  rxjs: 'runtime',
  immutable: 'state',
  knex: 'connectors|sqlite',
  sqlite3: 'sqlite',
  mysql2: 'connectors',
  kafkajs: 'connectors',
  tablestore: 'connectors',
  fzstd: 'connectors',
  '@platformatic/wasm-utils': 'connectors',
  'lru-cache': 'connectors',
  pg: 'connectors',
};
/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    // Types may refer to one another; modules may not.
    {
      name: 'no-circular',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    { name: 'not-resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    ...Object.entries(may).map(([layer, ok]) => ({
      name: `layer-${layer}`,
      severity: 'error',
      from: { path: `^src/${layer}/` },
      to: { path: '^src/', pathNot: `^src/((errors|maybe-promise)\\.ts$|(${[layer, ...ok].join('|')})/)` },
    })),
    ...Object.entries(owners).map(([name, layer]) => ({
      name: `only-${layer.replace('|', '-and-')}-imports-${name}`,
      severity: 'error',
      from: { path: '^src/', pathNot: `^src/(${layer})/` },
      to: { path: `^node_modules/${name}/` },
    })),
    {
      name: 'jobs-import-dsl',
      severity: 'error',
      from: { path: '^jobs/' },
      to: { path: '^src/', pathNot: '^src/dsl/' },
    },
    { name: 'no-test-from-src', severity: 'error', from: { path: '^src/' }, to: { path: '^test/' } },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
  },
};
