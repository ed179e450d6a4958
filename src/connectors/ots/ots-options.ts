import { wrong } from '../../errors.ts';
import { MOST_WRITTEN } from './ots-port.ts';

/** How an instance of Tablestore is reached, and what is asked of it. */
export interface OtsOptions {
  /** `https://INSTANCE.REGION.ots.aliyuncs.com` */
  readonly endPoint: string;
  readonly instanceName: string;
  /** Its name in the instance; absent: the one that the catalog says. */
  readonly tableName?: string;
  readonly accessId: string;
  readonly accessKey: string;
  /** Of temporary credentials. */
  readonly securityToken?: string;
  /** Milliseconds between tries; default 1000. */
  readonly retryIntervalMs?: number;
  /** Tries of a look-up, or at the start, after the first; default 100. A commit is tried without end. */
  readonly maxRetryTimes?: number;
  /** Milliseconds; default 30 000. */
  readonly connectTimeout?: number;
  /** Milliseconds without a byte; default 30 000. */
  readonly socketTimeout?: number;
  /** Rows of one write request: at most 200; default 100. */
  readonly batchSize?: number;
  /** The table of the fences, created where it is missing; default `millrace_fence`. */
  readonly fenceTable?: string;
}

/** Options with every default filled in. */
export type FullOtsOptions = OtsOptions & Required<Omit<OtsOptions, 'tableName' | 'securityToken'>>;

/** Names of tables and of columns. */
export const OTS_NAME = /^[A-Za-z_][A-Za-z0-9_]{0,254}$/;

const NUMBERS = {
  retryIntervalMs: { least: 1, most: 3_600_000, usual: 1000 },
  maxRetryTimes: { least: 0, most: 1e9, usual: 100 },
  connectTimeout: { least: 1, most: 3_600_000, usual: 30_000 },
  socketTimeout: { least: 1, most: 3_600_000, usual: 30_000 },
  batchSize: { least: 1, most: MOST_WRITTEN, usual: 100 },
} as const;

/**
 * Checks what types cannot: options may come from a file. No value of a secret is in a message.
 *
 * @param table whose options they are; undefined: of several
 * @returns the options with their defaults
 * @throws MillraceError (exit 2)
 */
export function checkOtsOptions(table: string | undefined, options: OtsOptions): FullOtsOptions {
  const fault = (text: string) =>
    wrong(`${table === undefined ? 'Tablestore' : `table '${table}'`}: ${text}`);
  const { endPoint, tableName, fenceTable = 'millrace_fence', securityToken } = options;
  if (!isEndPoint(endPoint))
    throw fault(
      'endPoint: wants the address alone, like https://instance.cn-hangzhou.ots.aliyuncs.com, without a path, user or password',
    );
  for (const name of ['instanceName', 'accessId', 'accessKey'] as const)
    if (typeof options[name] !== 'string' || options[name] === '') throw fault(`${name}: wants a text`);
  if (securityToken !== undefined && (typeof securityToken !== 'string' || securityToken === ''))
    throw fault('securityToken: wants a text');
  for (const [name, value] of Object.entries({ tableName, fenceTable }))
    if (value !== undefined && !(typeof value === 'string' && OTS_NAME.test(value)))
      throw fault(`${name}: wants letters, digits and _, no digit first, not '${value}'`);
  if (tableName === fenceTable) throw fault(`fenceTable: '${fenceTable}' is the table of the rows`);
  const numbers = Object.entries(NUMBERS).map(([name, { least, most, usual }]) => {
    const value = options[name as keyof typeof NUMBERS] ?? usual;
    if (!(Number.isSafeInteger(value) && value >= least && value <= most))
      throw fault(`${name}: wants a whole number from ${least} to ${most}, not '${value}'`);
    return [name, value] as const;
  });
  return { ...options, fenceTable, ...(Object.fromEntries(numbers) as Record<keyof typeof NUMBERS, number>) };
}

function isEndPoint(text: unknown): boolean {
  if (typeof text !== 'string' || !URL.canParse(text)) return false;
  const { protocol, username, password, pathname, search, hash } = new URL(text);
  return /^https?:$/.test(protocol) && `${username}${password}${search}${hash}` === '' && pathname === '/';
}
