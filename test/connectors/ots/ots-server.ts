// A server that speaks Tablestore's protocol, for tests: requests are checked (signature, checksums, limits), rows are in memory.
import { createHash, createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { OtsCell, OtsTable, OtsValue } from '../../../src/connectors/ots/ots-port.ts';
import { conditionOf, decode, encode, type Fields } from './ots-messages.ts';
import { ServerError, ServerTable, type StoredRow } from './ots-tables.ts';
import { type Bound, readRow, writeRows } from './plain-buffer.ts';

/** What a request gets in place of its answer. `rows`: codes of rows of a batch, by place; these are not applied. */
export type Fault =
  | { readonly error: string; readonly status?: number; readonly message?: string }
  | { readonly plain: number }
  | { readonly rows: Readonly<Record<number, string>> }
  | { readonly drop: 'before' | 'after' | 'inside' }
  | { readonly wait: Promise<unknown> };

/** A request as `inject` sees it: `n` counts from 1. */
export interface SeenRequest {
  readonly operation: string;
  readonly table: string;
  readonly n: number;
  readonly rows: number;
}

/** A row that was written, as it was and as it is; undefined: there was, or is, none. */
export interface SeenWrite {
  readonly table: string;
  /** By a request; else by `put` or `remove`. */
  readonly asked: boolean;
  readonly before: Record<string, OtsValue> | undefined;
  readonly after: Record<string, OtsValue> | undefined;
}

/** A server at work. */
export interface OtsServer {
  readonly endPoint: string;
  readonly instanceName: string;
  readonly accessId: string;
  readonly accessKey: string;
  /** Requests so far. */
  readonly seen: readonly SeenRequest[];
  /** Connections so far. */
  readonly connections: number;
  create(table: string, key: OtsTable['key'], about?: Partial<Omit<OtsTable, 'key'>>): void;
  /** Drops a table. */
  drop(table: string): void;
  /** Key columns and others of each row, in primary key order. */
  rows(table: string): Record<string, OtsValue>[];
  /** Puts a row, as another client would. */
  put(table: string, row: Readonly<Record<string, OtsValue>>): void;
  remove(table: string, row: Readonly<Record<string, OtsValue>>): void;
  table(name: string): ServerTable | undefined;
  /** From now on told of each row that is written, by whom, in order. */
  watch(listener: (write: SeenWrite) => void): void;
  /** From now on asked about each request. */
  inject(decide: ((request: SeenRequest) => Fault | undefined) | undefined): void;
  close(): Promise<void>;
}

const CREDENTIALS = { instanceName: 'testing', accessId: 'an-id', accessKey: 'a-secret-key' };
const CONSUMED = { capacityUnit: { read: 0, write: 0 } };

/** Starts a server. */
export async function startOtsServer({ port = 0 }: { port?: number } = {}): Promise<OtsServer> {
  const tables = new Map<string, ServerTable>();
  const seen: SeenRequest[] = [];
  let connections = 0;
  let decide: ((request: SeenRequest) => Fault | undefined) | undefined;
  let listener: (write: SeenWrite) => void = () => {};

  /** Changes a row, and tells of it. */
  const told = (
    table: ServerTable,
    key: readonly (readonly [string, Bound])[],
    asked: boolean,
    work: () => void,
  ) => {
    const now = () => {
      const row = table.rows.get(table.id(key));
      return row && Object.fromEntries([...row.key, ...row.cells]);
    };
    const before = now();
    work();
    listener({ table: table.name, asked, before, after: now() });
  };
  const apply = (name: string, kind: 'put' | 'update' | 'delete', bytes: Uint8Array, condition: Fields) => {
    const table = tableOf(name);
    const row = readRow(bytes);
    if (row.gone !== (kind === 'delete')) throw new ServerError('OTSParameterInvalid', 'Delete marker');
    told(table, row.key, true, () => table.write(kind, row, conditionOf(condition)));
  };
  const tableOf = (name: string): ServerTable => {
    const table = tables.get(name);
    if (!table) throw new ServerError('OTSObjectNotExist', 'Requested table does not exist.', 404);
    return table;
  };
  const encoded = (row: StoredRow | undefined) =>
    row ? writeRows([{ key: row.key, cells: row.cells }], 1_700_000_000_000n) : Buffer.alloc(0);
  const attempt = (work: () => object): object => {
    try {
      return { isOk: true, consumed: CONSUMED, ...work() };
    } catch (error) {
      if (!(error instanceof ServerError)) throw error;
      return { isOk: false, error: { code: error.code, message: error.message } };
    }
  };
  const found = (table: ServerTable, key: Uint8Array) => table.rows.get(table.id(readRow(key).key));

  /** How each operation is answered; `refused`: a code for a row of a batch. */
  const operations: Record<string, (request: Fields, refused: (place: number) => void) => object> = {
    ListTable: () => ({ tableNames: [...tables.keys()] }),
    CreateTable: ({ tableMeta, reservedThroughput, tableOptions }) => {
      if (tables.has(tableMeta.tableName))
        throw new ServerError('OTSObjectAlreadyExist', 'Requested table already exists.', 409);
      if (!reservedThroughput || !tableOptions) throw new ServerError('OTSParameterInvalid', 'Incomplete');
      if (tableMeta.primaryKey.length < 1 || tableMeta.primaryKey.length > 4)
        throw new ServerError(
          'OTSParameterInvalid',
          'The number of primary key columns must be in range: [1, 4].',
        );
      const key = tableMeta.primaryKey.map(({ name, type }: Fields) => ({
        name,
        type: ['', 'INTEGER', 'STRING', 'BINARY'][type],
      }));
      tables.set(
        tableMeta.tableName,
        new ServerTable(tableMeta.tableName, key, { timeToLive: tableOptions.timeToLive }),
      );
      return {};
    },
    DescribeTable: ({ tableName }) => {
      const { key, about } = tableOf(tableName);
      return {
        tableMeta: {
          tableName,
          primaryKey: key.map(({ name, type, increments }) => ({
            name,
            type: { INTEGER: 1, STRING: 2, BINARY: 3 }[type],
            ...(increments ? { option: 1 } : {}),
          })),
          definedColumn: about.declared.map(({ name, type }) => ({
            name,
            type: { INTEGER: 1, DOUBLE: 2, BOOLEAN: 3, STRING: 4, BINARY: 7 }[type],
          })),
        },
        reservedThroughputDetails: { capacityUnit: { read: 0, write: 0 }, lastIncreaseTime: 0 },
        tableOptions: { timeToLive: about.timeToLive, maxVersions: 1, allowUpdate: about.allowsUpdate },
        tableStatus: 1,
      };
    },
    GetRow: ({ tableName, primaryKey }) => ({
      consumed: CONSUMED,
      row: encoded(found(tableOf(tableName), primaryKey)),
    }),
    PutRow: ({ tableName, row, condition }) => {
      apply(tableName, 'put', row, condition);
      return { consumed: CONSUMED };
    },
    UpdateRow: ({ tableName, rowChange, condition }) => {
      apply(tableName, 'update', rowChange, condition);
      return { consumed: CONSUMED };
    },
    DeleteRow: ({ tableName, primaryKey, condition }) => {
      apply(tableName, 'delete', primaryKey, condition);
      return { consumed: CONSUMED };
    },
    BatchGetRow: ({ tables: asked }, refused) => {
      limit(asked.flatMap(({ primaryKey }: Fields) => primaryKey).length, 100);
      let place = 0;
      return {
        tables: asked.map(({ tableName, primaryKey }: Fields) => ({
          tableName,
          rows: primaryKey.map((key: Uint8Array) =>
            attempt(() => {
              refused(place++);
              return { row: encoded(found(tableOf(tableName), key)) };
            }),
          ),
        })),
      };
    },
    BatchWriteRow: ({ tables: asked }, refused) => {
      limit(asked.flatMap(({ rows }: Fields) => rows).length, 200);
      for (const { tableName, rows } of asked) {
        const ids = rows.map(({ rowChange }: Fields) => tableOf(tableName).id(readRow(rowChange).key));
        if (new Set(ids).size < ids.length) throw new ServerError('OTSParameterInvalid', 'Duplicated rows');
      }
      let place = 0;
      return {
        tables: asked.map(({ tableName, rows }: Fields) => ({
          tableName,
          rows: rows.map(({ type, rowChange, condition }: Fields) =>
            attempt(() => {
              refused(place++);
              apply(
                tableName,
                (['', 'put', 'update', 'delete'] as const)[type as 1 | 2 | 3],
                rowChange,
                condition,
              );
              return {};
            }),
          ),
        })),
      };
    },
    GetRange: ({ tableName, inclusiveStartPrimaryKey, exclusiveEndPrimaryKey, direction, limit: most }) => {
      if (direction !== 0) throw new ServerError('OTSParameterInvalid', 'FORWARD alone is served');
      readRow(exclusiveEndPrimaryKey);
      const start = readRow(inclusiveStartPrimaryKey).key.map(([, value]) => value as Bound);
      const rows = tableOf(tableName).from(start);
      // An answer may have fewer rows than were asked for, also none, and still not be the last.
      const part = rows.slice(0, Math.min(most || 5000, 70));
      const next = rows[part.length];
      return {
        consumed: CONSUMED,
        rows: part.length === 0 ? Buffer.alloc(0) : writeRows(part, 1_700_000_000_000n),
        ...(next ? { nextStartPrimaryKey: writeRows([{ key: next.key, cells: [] }], 0n) } : {}),
      };
    },
  };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const operation = (request.url ?? '').slice(1);
    const send = (status: number, bytes: Uint8Array) =>
      response.writeHead(status, { 'x-ots-requestid': `request-${seen.length}` }).end(bytes);
    try {
      authorize(request, body);
      const work = operations[operation];
      if (!work) throw new ServerError('OTSUnsupportOperation', `Unsupported operation: '${operation}'.`);
      const fields = decode(`${operation}Request`, body);
      const parts: Fields[] = fields.tables ?? [];
      seen.push({
        operation,
        table: fields.tableName ?? fields.tableMeta?.tableName ?? parts[0]?.tableName ?? '',
        n: seen.length + 1,
        rows: parts.flatMap(({ rows, primaryKey }) => rows ?? primaryKey).length,
      });
      const fault = decide?.(seen.at(-1) as SeenRequest);
      if (fault && 'wait' in fault) await fault.wait;
      if (fault && 'plain' in fault) return void response.writeHead(fault.plain).end('<html>');
      if (fault && 'error' in fault)
        throw new ServerError(fault.error, fault.message ?? 'injected', fault.status ?? 503);
      const drop = fault && 'drop' in fault ? fault.drop : undefined;
      if (drop === 'before') return void request.socket.destroy();
      const codes = fault && 'rows' in fault ? fault.rows : {};
      const answered = work(fields, (place) => {
        if (codes[place]) throw new ServerError(codes[place] as string, 'injected');
      });
      if (drop === 'after') return void request.socket.destroy();
      const bytes = encode(`${operation}Response`, answered);
      if (drop !== 'inside') return void send(200, bytes);
      response.writeHead(200, { 'Content-Length': bytes.length + 10 });
      response.write(bytes, () => request.socket.destroy());
    } catch (error) {
      const { code, message, status } =
        error instanceof ServerError ? error : new ServerError('OTSParameterInvalid', String(error));
      send(status, encode('Error', { code, message }));
    }
  }

  const server = createServer((request, response) => {
    answer(request, response).catch(() => request.socket.destroy());
  });
  server.on('connection', () => connections++);
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));

  const keyIn = (table: ServerTable, row: Readonly<Record<string, OtsValue>>) =>
    table.key.map(({ name }): OtsCell => [name, row[name] as OtsValue]);
  return {
    endPoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    ...CREDENTIALS,
    seen,
    get connections() {
      return connections;
    },
    create: (table, key, about) => void tables.set(table, new ServerTable(table, key, about)),
    drop: (table) => void tables.delete(table),
    rows: (name) => {
      const table = tableOf(name);
      return table.from([]).map(({ key, cells }) => Object.fromEntries([...key, ...cells]));
    },
    put(name, row) {
      const table = tableOf(name);
      const key = keyIn(table, row);
      const names = new Set(key.map(([part]) => part));
      const cells = Object.entries(row).filter(([column]) => !names.has(column));
      told(table, key, false, () => table.put(key, cells));
    },
    remove(name, row) {
      const table = tableOf(name);
      const key = keyIn(table, row);
      told(table, key, false, () => table.rows.delete(table.id(key)));
    },
    table: (name) => tables.get(name),
    watch: (next) => {
      listener = next;
    },
    inject: (next) => {
      decide = next;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function limit(rows: number, most: number): void {
  if (rows === 0 || rows > most)
    throw new ServerError('OTSParameterInvalid', `Rows count ${rows} is not in range: [1, ${most}].`);
}

function authorize({ headers, url, method }: IncomingMessage, body: Buffer): void {
  const names = Object.keys(headers).filter(
    (name) => name.startsWith('x-ots-') && name !== 'x-ots-signature',
  );
  const lines = names.sort().map((name) => `${name}:${headers[name]}`);
  const text = `${url}\n${method}\n\n${lines.join('\n')}\n`;
  const signature = createHmac('sha1', CREDENTIALS.accessKey).update(text).digest('base64');
  const md5 = createHash('md5').update(body).digest('base64');
  if (headers['x-ots-accesskeyid'] !== CREDENTIALS.accessId)
    throw new ServerError('OTSAuthFailed', 'The AccessKeyID does not exist.', 403);
  if (headers['x-ots-signature'] !== signature)
    throw new ServerError('OTSAuthFailed', 'Signature mismatch.', 403);
  if (headers['x-ots-instancename'] !== CREDENTIALS.instanceName)
    throw new ServerError('OTSAuthFailed', 'The instance does not exist.', 403);
  if (headers['x-ots-apiversion'] !== '2015-12-31' || headers['x-ots-contentmd5'] !== md5)
    throw new ServerError('OTSParameterInvalid', 'Headers');
}
