// What the tests of SQL databases share.
import { connect, createServer, type Server, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, jest } from '@jest/globals';
import type { Claim, Commit, Database, TableChanges, TableUse } from '../../../src/connectors/database.ts';
import { openDatabase } from '../../../src/connectors/sql/open-database.ts';
import { MillraceError } from '../../../src/errors.ts';
import type { ColumnSchema, TableSchema } from '../../../src/plan/schema.ts';
import type { SqlType } from '../../../src/values/sql-type.ts';
import { createDatabase, type DatabaseKind, databaseKinds, type TestDatabase } from '../../databases.ts';

/** A table: the first `keys` columns are its primary key, the others may be NULL. */
export function table(name: string, keys: number, columns: Readonly<Record<string, SqlType>>): TableSchema {
  const entries = Object.entries(columns);
  return {
    kind: 'table',
    name,
    tableName: name,
    columns: entries.map(
      ([column, type], i): ColumnSchema => ({
        name: column,
        type,
        nullable: i >= keys,
        length: null,
        from: 'text',
      }),
    ),
    primaryKey: entries.slice(0, keys).map(([column]) => column),
    options: {},
  };
}

/** A use of a table: written and looked up, unless said otherwise. */
export const use = (schema: TableSchema, also: Partial<TableUse> = {}): TableUse => ({
  table: schema,
  writes: true,
  looksUp: true,
  writesNull: [],
  ...also,
});

/** Changes of a table; what is left out is empty. */
export const changes = (schema: TableSchema, some: Partial<TableChanges>): TableChanges => ({
  table: schema,
  upserts: [],
  deletes: [],
  writeBacks: [],
  ...some,
});

/** The commit that makes the fence go from `epoch - 1` to `epoch`. */
export const commitOf = (epoch: number, ...all: TableChanges[]): Commit => ({
  epoch,
  previous: epoch - 1,
  completeTo: Date.UTC(2025, 0, 15, 2),
  changes: all,
});

/** A claim: of a state without an epoch, unless said otherwise. */
export const claimOf = (job: string, owner: string, some: Partial<Claim> = {}): Claim => ({
  job,
  owner,
  epoch: 0,
  mode: 'continue',
  clear: [],
  ...some,
});

/** A signal that is never given. */
export const never = new AbortController().signal;

/** What a promise is rejected with, as a `MillraceError`. */
export async function errorOf(promise: unknown): Promise<MillraceError> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof MillraceError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

/** A Millrace database over a test database. */
export interface Opened {
  readonly kind: DatabaseKind;
  readonly server: TestDatabase;
  /** Opens the database, at another port where one is given; closed after the tests. */
  open(options?: { port?: number; log?: (line: string) => void }): Promise<Database>;
}

/** Runs the tests against each database that is there. `name` is the file's own. */
export function eachDatabase(name: string, tests: (opened: Opened) => void, kinds = databaseKinds): void {
  jest.setTimeout(30_000);
  for (const kind of kinds)
    describe(kind, () => {
      const open: Database[] = [];
      let server: TestDatabase;
      beforeAll(async () => {
        server = await createDatabase(kind, name);
      });
      afterAll(async () => {
        for (const database of open) await database.close();
        await server.drop();
      });
      tests({
        kind,
        get server() {
          return server;
        },
        open: async ({ port, log } = {}) => {
          const url = new URL(server.url);
          if (port !== undefined) url.port = String(port);
          const database = await openDatabase(kind === 'sqlite' ? server.url : url.href, log ? { log } : {});
          open.push(database);
          return database;
        },
      });
    });
}

/** The servers among the databases. */
export const servers: readonly DatabaseKind[] = databaseKinds.filter((kind) => kind !== 'sqlite');

/** A relay before a server, that breaks connections on demand. */
export class Relay {
  readonly #target: { host: string; port: number };
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #word: { text: string; deliver: boolean | 'at once' } | undefined;
  port = 0;
  /** Connections so far. */
  accepted = 0;

  private constructor(url: string) {
    const { hostname, port } = new URL(url);
    this.#target = { host: hostname, port: Number(port) };
    this.#server = createServer((client) => this.#relay(client));
  }

  static async before(url: string): Promise<Relay> {
    const relay = new Relay(url);
    await relay.up();
    return relay;
  }

  /** Accepts connections, at the port that it had. */
  async up(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(this.port, '127.0.0.1', resolve));
    this.port = (this.#server.address() as { port: number }).port;
  }

  /** Breaks all connections and accepts none. */
  async down(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  /**
   * Breaks the connection that sends a statement that ends with `text` next, once: before the server has got it (`deliver` false), when the server has
   * answered (true), or at once, while the server is at it and does not notice.
   */
  breakAt(text: string, deliver: boolean | 'at once'): void {
    this.#word = { text, deliver };
  }

  /** From now on nothing that is sent arrives, on no connection; they stay open. */
  swallow(): void {
    for (const socket of this.#sockets) socket.removeAllListeners('data').pause();
  }

  #relay(client: Socket): void {
    this.accepted++;
    const server = connect(this.#target);
    let noticed = true;
    for (const socket of [client, server]) {
      this.#sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => {
        this.#sockets.delete(socket);
        client.destroy();
        if (noticed && this.#sockets.has(server)) server.end();
      });
    }
    server.on('data', (data) => client.write(data));
    client.on('data', (data) => {
      const word = this.#word;
      // To the end: `READ COMMITTED` is no COMMIT. PostgreSQL ends a statement with a zero.
      if (!word || !data.toString('latin1').replace(/\0$/, '').endsWith(word.text)) {
        server.write(data);
        return;
      }
      this.#word = undefined;
      if (!word.deliver) {
        client.destroy();
        return;
      }
      // The client never hears that the server has done it.
      server.removeAllListeners('data');
      if (word.deliver === 'at once') {
        noticed = false;
        server.write(data, () => client.destroy());
      } else {
        server.once('data', () => client.destroy());
        server.write(data);
      }
    });
  }
}
