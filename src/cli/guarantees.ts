import { cacheWords } from '../connectors/lookup-cache-options.ts';
import { sourcesOf } from '../plan/derive/sources.ts';
import { tablesOf } from '../plan/derive/tables.ts';
import type { JobPlan } from '../plan/node.ts';
import type { EnvironmentConfig } from './config/define-config.ts';
import { resolveConnector } from './config/resolve-connector.ts';
import type { SourceConnector } from './config/source-connectors.ts';
import type { TableConnector } from './config/table-connectors.ts';
import { cacheOf } from './connect-tables.ts';

/** What a job promises in an environment when its process dies. */
export interface Guarantees {
  readonly environment: string;
  /**
   * `at most once`: rows of a source that cannot be read again may be lost; never is one counted twice. `at least once`: records of a table that is
   * only added to may be written twice.
   */
  readonly guarantee: 'exactly once' | 'at most once' | 'at least once';
  /** Some of it rests on connectors of one's own. */
  readonly own: boolean;
  readonly sources: readonly {
    readonly name: string;
    readonly connector: string;
    readonly replayable: boolean;
  }[];
  readonly tables: readonly {
    readonly name: string;
    readonly connector: TableConnector['connector'];
    readonly writes: boolean;
    /** How it is looked up, in words; undefined: it is not. */
    readonly lookedUp: string | undefined;
  }[];
}

/** How the tables of each connector are written. */
const WRITTEN: Readonly<Record<TableConnector['connector'], string>> = {
  sql: 'each epoch in one transaction with its fence',
  kafka: 'each epoch in one transaction with its fence, for readers with read_committed',
  datahub: 'records are added, at least once',
  ots: 'rows, then the fence: what a crash cut off is written again, without harm; readers may see part of an epoch',
  own: 'written as its connector promises',
};

/** Standard input is read once. */
const isReplayable = (connector: SourceConnector): boolean =>
  connector.connector !== 'file' || ![connector.path].flat().includes('-');

/** What the connectors of an environment promise a job. One that is missing: exit 2. Nothing is opened, no secret is read. */
export function guaranteesOf(plan: JobPlan, environment: string, config: EnvironmentConfig): Guarantees {
  const sources = sourcesOf(plan).map(({ name }) => {
    const { connector } = resolveConnector(config, environment, 'sources', name);
    return { name, connector: connector.connector, replayable: isReplayable(connector) };
  });
  const tables = tablesOf(plan).map(({ table: { name }, writes, looksUp }) => {
    const { connector } = resolveConnector(config, environment, 'tables', name);
    const cache = cacheOf(connector);
    const words =
      cache === undefined ? 'looked up in the database each time' : `looked up: ${cacheWords(cache)}`;
    return { name, writes, connector: connector.connector, lookedUp: looksUp ? words : undefined };
  });
  const again = sources.every(({ replayable }) => replayable);
  const added = tables.some(({ connector }) => connector === 'datahub');
  const guarantee = !again ? 'at most once' : added ? 'at least once' : 'exactly once';
  const own = [...sources, ...tables].some(({ connector }) => connector === 'own');
  return { environment, guarantee, own, sources, tables };
}

/** The same in lines. */
export function guaranteesText({ environment, guarantee, own, sources, tables }: Guarantees): string {
  const width = Math.max(...[...sources, ...tables].map(({ name }) => name.length));
  const lines = [
    ...sources.map(
      ({ name, connector, replayable }) =>
        `  source ${name.padEnd(width)}  ${connector}, ${readOn(connector, replayable)}`,
    ),
    ...tables.map(({ name, connector, writes, lookedUp }) => {
      const what = [...(lookedUp === undefined ? [] : [lookedUp]), ...(writes ? [WRITTEN[connector]] : [])];
      return `  table  ${name.padEnd(width)}  ${connector}, ${what.join('; ')}`;
    }),
  ];
  const words = own ? `as far as connectors of one’s own promise it, ${guarantee}` : guarantee;
  return `${environment}: ${words}\n${lines.join('\n')}`;
}

function readOn(connector: string, replayable: boolean): string {
  if (connector === 'own') return 'read on as its connector promises';
  return replayable ? 'read on from where it was left' : 'its rows can be read once';
}
