import tablestore from 'tablestore';
import { OtsFault } from '../ots-fault.ts';
import type { FullOtsOptions } from '../ots-options.ts';
import type { OtsKey, OtsPort } from '../ots-port.ts';
import {
  type AnsweredItem,
  type AnsweredRow,
  type AnsweredTable,
  faultFrom,
  keyFrom,
  rowFrom,
  tableFrom,
} from './answers.ts';
import { call, decodeErrors } from './call.ts';
import { keepAliveAgent } from './keep-alive-agent.ts';
import { keyOf } from './params.ts';
import { encodeWrites, WRITE, type WriteRequest } from './write-request.ts';

/** Opens an instance through the SDK of Alibaba Cloud. Connects at the first call. */
export function tablestorePort(options: FullOtsOptions): OtsPort {
  const { endPoint, instanceName, accessId, accessKey, securityToken, connectTimeout, socketTimeout } =
    options;
  const agent = keepAliveAgent(endPoint.startsWith('https:'), connectTimeout);
  const client = new tablestore.Client({
    endpoint: endPoint,
    instancename: instanceName,
    accessKeyId: accessId,
    secretAccessKey: accessKey,
    securityToken,
    // Whoever calls tries again, and says so.
    maxRetries: 0,
    // It sets the global agent's `maxSockets` to this, which is what that has.
    httpOptions: { agent, timeout: socketTimeout, maxSockets: Number.POSITIVE_INFINITY },
  });
  decodeErrors(client);
  encodeWrites(tablestore, client);
  let closed = false;

  const asked = async <T>(operation: string, params: object): Promise<T> => {
    if (closed) throw new OtsFault('final', 'closed');
    return (await call(client, operation, params)) as T;
  };
  /** The rows of a batch's one table: as many as were asked for. */
  const batch = async (
    operation: string,
    params: object,
    count: number,
  ): Promise<readonly AnsweredItem[]> => {
    const { tables } = await asked<{ tables: readonly (AnsweredItem | readonly AnsweredItem[])[] }>(
      operation,
      params,
    );
    const items = tables.flat() as readonly AnsweredItem[];
    if (items.length !== count)
      throw new OtsFault('final', `${operation} answered ${items.length} rows of ${count}`);
    return items;
  };

  return {
    async describe(table) {
      try {
        return tableFrom(await asked<AnsweredTable>('describeTable', { tableName: table }));
      } catch (error) {
        if (error instanceof OtsFault && error.kind === 'no table') return undefined;
        throw error;
      }
    },

    async create(table, key) {
      const primaryKey = key.map(({ name, type }) => ({ name, type: tablestore.PrimaryKeyType[type] }));
      await asked('createTable', {
        tableMeta: { tableName: table, primaryKey },
        reservedThroughput: { capacityUnit: { read: 0, write: 0 } },
        tableOptions: { timeToLive: -1, maxVersions: 1 },
      });
    },

    async read(table, keys) {
      const primaryKey = keys.map((key) => keyOf(tablestore, key));
      // All columns: with a choice of them, a row that has none of these looks like one that is not there.
      const items = await batch('batchGetRow', { tables: [{ tableName: table, primaryKey }] }, keys.length);
      return items.map((item) => {
        const { primaryKey: key, attributes } = item;
        return (
          faultFrom(item) ??
          (key === null ? null : rowFrom({ primaryKey: key, attributes: attributes ?? [] }))
        );
      });
    },

    async write(table, writes) {
      const request: WriteRequest = { table, writes };
      return (await batch(WRITE, request, writes.length)).map(faultFrom);
    },

    async range(table, from, key, limit) {
      const bound = (value: object) => key.map(({ name }) => ({ [name]: value }));
      const { rows, nextStartPrimaryKey: next } = await asked<{
        rows: readonly AnsweredRow[];
        nextStartPrimaryKey: AnsweredRow['primaryKey'] | null;
      }>('getRange', {
        tableName: table,
        direction: tablestore.Direction.FORWARD,
        inclusiveStartPrimaryKey: from ? keyOf(tablestore, from) : bound(tablestore.INF_MIN),
        exclusiveEndPrimaryKey: bound(tablestore.INF_MAX),
        limit,
      });
      return { rows: rows.map(rowFrom), next: next === null ? undefined : (keyFrom(next) as OtsKey) };
    },

    close() {
      closed = true;
      agent.destroy();
    },
  };
}
