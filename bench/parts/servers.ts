import { openDatabase } from '../../src/connectors/sql/open-database.ts';
import type { DatabaseKind } from '../../test/databases.ts';
import { mysqlSink } from '../hand/mysql-sink.ts';
import { postgresSink } from '../hand/postgres-sink.ts';
import { intoDatabase, type OwnDatabase } from './into-database.ts';
import type { MakePart } from './part.ts';

const SERVERS = {
  mariadb: { kind: 'mysql', sink: mysqlSink },
  postgres: { kind: 'postgres', sink: postgresSink },
} as const;

/** A server of databases. */
export type Server = keyof typeof SERVERS;

/** Loaded only where it is asked for: it looks for the servers at once. */
const servers = () => import('../../test/databases.ts');

/** Why a server cannot be measured here; undefined where it can. */
export async function serverMissing(server: Server): Promise<string | undefined> {
  const { kind } = SERVERS[server];
  // Where CI=true, a missing server is an error of the tests.
  const kinds = await servers().then(
    ({ databaseKinds }) => databaseKinds,
    (): readonly DatabaseKind[] => [],
  );
  if (kinds.includes(kind)) return undefined;
  return `there is no server: docker compose up -d --wait, or MILLRACE_TEST_${kind.toUpperCase()}`;
}

/** As `sqlite`, into a database of the run's own on a server of the tests. The server's own CPU time is not counted; `wall` has it. */
export const serverPart = (server: Server, checkpoints = false): MakePart =>
  intoDatabase(ownServerDatabase(server), checkpoints);

/** Makes databases of a run's own on a server of the tests. */
export const ownServerDatabase = (server: Server) => async (): Promise<OwnDatabase> => {
  const { kind, sink } = SERVERS[server];
  const own = await (await servers()).createDatabase(kind, 'bench');
  return {
    open: () => openDatabase(own.url),
    async sink(table) {
      const database = await openDatabase(own.url);
      await database.prepare([{ table, writes: true, looksUp: false, writesNull: [] }]);
      await database.close();
      return sink(own.url, table);
    },
    remove: () => own.drop(),
  };
};
