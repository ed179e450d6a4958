// Servers of the tests' own, which may be killed: programs that are installed here, each over a folder of its own.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import knexModule, { type Knex } from 'knex';

/** A server that a test can start. */
export type ServerKind = 'mysql' | 'postgres';

/** What makes a server's folder, what serves it, and the address of a database there. */
interface Program {
  readonly binaries: readonly string[];
  make(folder: string): readonly string[];
  serve(folder: string, port: number): readonly string[];
  /** Encrypts connections that want it, with the certificate `server.pem` and its key `server.key` in the folder. */
  tls(folder: string): readonly string[];
  url(port: number, database: string): string;
  /** From now on commits are answered before they are written, and written much later. */
  readonly careless: readonly string[];
  /** Commits are written when they are answered. */
  readonly careful: readonly string[];
}

const PROGRAMS: Readonly<Record<ServerKind, Program>> = {
  mysql: {
    binaries: ['mariadb-install-db', 'mariadbd'],
    make: (folder) => [
      ...[
        'mariadb-install-db',
        '--no-defaults',
        `--datadir=${join(folder, 'data')}`,
        ...asRoot('--user=root'),
      ],
      ...['--auth-root-authentication-method=normal', '--skip-test-db', '--innodb-log-file-size=8M'],
    ],
    serve: (folder, port) => [
      ...['mariadbd', '--no-defaults', `--datadir=${join(folder, 'data')}`, ...asRoot('--user=root')],
      ...[
        `--port=${port}`,
        `--socket=${join(folder, 's')}`,
        '--bind-address=127.0.0.1',
        '--skip-name-resolve',
      ],
      // What is written outlives a killed process, also where it is not brought to disk.
      ...['--innodb-log-file-size=8M', '--innodb-buffer-pool-size=32M', '--innodb-flush-log-at-trx-commit=2'],
    ],
    tls: (folder) => [`--ssl-cert=${join(folder, 'server.pem')}`, `--ssl-key=${join(folder, 'server.key')}`],
    url: (port, database) => `mysql://root@127.0.0.1:${port}/${database}`,
    careless: [
      'SET GLOBAL innodb_flush_log_at_trx_commit = 0',
      'SET GLOBAL innodb_flush_log_at_timeout = 1000',
    ],
    careful: ['SET GLOBAL innodb_flush_log_at_trx_commit = 2'],
  },
  postgres: {
    binaries: ['initdb', 'postgres'],
    make: (folder) => [
      ...['initdb', '-N', '-A', 'trust', '-U', 'postgres', '-E', 'UTF8', '--locale=C'],
      ...['-D', join(folder, 'data')],
    ],
    serve: (folder, port) => [
      ...['postgres', '-D', join(folder, 'data'), '-p', String(port), '-h', '127.0.0.1', '-k', ''],
      ...['-c', 'shared_buffers=32MB', '-c', 'wal_writer_delay=10s', '-c', 'fsync=off'],
    ],
    tls: (folder) => [
      ...['-c', 'ssl=on', '-c', `ssl_cert_file=${join(folder, 'server.pem')}`],
      ...['-c', `ssl_key_file=${join(folder, 'server.key')}`],
    ],
    url: (port, database) => `postgres://postgres@127.0.0.1:${port}/${database}`,
    careless: ['ALTER SYSTEM SET synchronous_commit = off', 'SELECT pg_reload_conf()'],
    careful: ['ALTER SYSTEM RESET synchronous_commit', 'SELECT pg_reload_conf()'],
  },
};

/** PostgreSQL runs as nobody who may do everything, MariaDB wants to be told. */
const isRoot = process.getuid?.() === 0;
const asRoot = (...args: readonly string[]) => (isRoot ? args : []);
const idOf = (which: '-u' | '-g') => Number(execFileSync('id', [which, 'postgres'], { encoding: 'utf8' }));

const isThere = (binary: string): boolean =>
  (process.env.PATH ?? '').split(delimiter).some((folder) => existsSync(join(folder, binary)));
const silent = () => {};
const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** The kinds of server whose programs are installed here. One that is not is skipped with a line, also where CI=true: a machine may have its servers elsewhere. */
export const ownServerKinds: readonly ServerKind[] = (['mysql', 'postgres'] as const).filter((kind) => {
  const missing = PROGRAMS[kind].binaries.filter((binary) => !isThere(binary));
  if (missing.length === 0) return true;
  const line = `${missing.join(', ')} not on the PATH: no server of kind ${kind} can be killed and started again`;
  process.stderr.write(`\n!!! SKIPPED, NOT TESTED: ${line}\n\n`);
  return false;
});

/** A server over a folder of its own. */
export class OwnServer {
  readonly #program: Program;
  readonly #kind: ServerKind;
  readonly #folder: string;
  readonly #port: number;
  readonly #user: { uid?: number; gid?: number };
  #tls = false;
  #child: ChildProcess | undefined;

  private constructor(kind: ServerKind, port: number) {
    this.#kind = kind;
    this.#program = PROGRAMS[kind];
    this.#port = port;
    this.#folder = mkdtempSync(join(tmpdir(), 'millrace-server-'));
    this.#user = kind === 'postgres' && isRoot ? { uid: idOf('-u'), gid: idOf('-g') } : {};
    if (this.#user.uid !== undefined) chownSync(this.#folder, this.#user.uid, this.#user.gid as number);
  }

  /** Makes a server and starts it. @param tls its certificate and the key, PEM texts; absent: connections are not encrypted */
  static async make(
    kind: ServerKind,
    tls?: { readonly cert: string; readonly key: string },
  ): Promise<OwnServer> {
    const server = new OwnServer(kind, await freePort());
    const [program, ...args] = server.#program.make(server.#folder);
    execFileSync(program as string, args, { ...server.#user, cwd: server.#folder, stdio: 'pipe' });
    if (tls !== undefined) server.#certify(tls);
    await server.start();
    return server;
  }

  #certify({ cert, key }: { readonly cert: string; readonly key: string }): void {
    this.#tls = true;
    for (const [name, text] of [
      ['server.pem', cert],
      ['server.key', key],
    ] as const) {
      const file = join(this.#folder, name);
      writeFileSync(file, text, { mode: 0o600 });
      if (this.#user.uid !== undefined) chownSync(file, this.#user.uid, this.#user.gid as number);
    }
  }

  /** Makes an empty database. @returns its address */
  async createDatabase(name: string): Promise<string> {
    await this.sql([`CREATE DATABASE ${name}`]);
    return this.#program.url(this.#port, name);
  }

  /** Runs statements beside all databases. */
  async sql(statements: readonly string[]): Promise<void> {
    const knex = this.#connect();
    try {
      for (const text of statements) await knex.raw(text);
    } finally {
      await knex.destroy();
    }
  }

  /** Ends all connections to a database, whatever they are at. @returns how many */
  async killConnections(database: string): Promise<number> {
    const knex = this.#connect();
    try {
      if (this.#kind === 'postgres') {
        const { rows } = await knex.raw(
          'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = ?',
          [database],
        );
        return rows.length;
      }
      const [rows] = await knex.raw('SELECT id FROM information_schema.processlist WHERE db = ?', [database]);
      // One may have ended by itself.
      for (const { id } of rows) await knex.raw(`KILL ${id}`).catch(() => {});
      return rows.length;
    } finally {
      await knex.destroy();
    }
  }

  /** From now on the tests' users must encrypt. */
  async onlyEncrypted(): Promise<void> {
    if (this.#kind === 'mysql') return this.sql(['SET GLOBAL require_secure_transport = ON']);
    const hba = join(this.#folder, 'data', 'pg_hba.conf');
    const lines = ['hostssl d all all trust', 'host postgres all all trust'];
    writeFileSync(hba, `${lines.join('\n')}\n`);
    await this.sql(['SELECT pg_reload_conf()']);
  }

  /** Commits that are answered are lost in the next `kill`, as far as nothing else makes the server write them. */
  async beCareless(careless: boolean): Promise<void> {
    await this.sql(careless ? this.#program.careless : this.#program.careful);
  }

  /** SIGKILL: no connection is ended, nothing more is written. */
  async kill(): Promise<void> {
    const child = this.#child as ChildProcess;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await gone;
  }

  /** Starts the server over its folder, and waits until it answers. */
  async start(): Promise<void> {
    const { serve, tls } = this.#program;
    const [program, ...args] = [...serve(this.#folder, this.#port), ...(this.#tls ? tls(this.#folder) : [])];
    for (let tried = 0; tried < 600; tried++) {
      // The processes of a killed PostgreSQL take a moment to see it, and none starts before.
      if (this.#child === undefined || this.#child.exitCode !== null || this.#child.signalCode !== null)
        this.#child = spawn(program as string, args, {
          ...this.#user,
          cwd: this.#folder,
          stdio: 'ignore',
        });
      await pause(50);
      const answered = await this.sql(['SELECT 1']).then(
        () => true,
        () => false,
      );
      if (answered) return;
    }
    throw new Error(`${this.#kind} does not start over ${this.#folder}`);
  }

  /** Ends the server and removes its folder. */
  async remove(): Promise<void> {
    await this.kill();
    for (let tried = 0; tried < 20; tried++)
      try {
        rmSync(this.#folder, { recursive: true, force: true });
        return;
      } catch {
        await pause(100);
      }
  }

  #connect(): Knex {
    const client = this.#kind === 'mysql' ? 'mysql2' : 'pg';
    const user = this.#kind === 'mysql' ? 'root' : 'postgres';
    const connection = {
      host: '127.0.0.1',
      port: this.#port,
      user,
      database: this.#kind === 'mysql' ? 'mysql' : 'postgres',
    };
    return knexModule.default({
      client,
      connection,
      pool: { min: 0, max: 1 },
      acquireConnectionTimeout: 2000,
      // That it is not there yet is no news.
      log: { warn: silent, error: silent, debug: silent, deprecate: silent },
    });
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
