import { wrong } from '../../errors.ts';

/** How a project of DataHub is reached; names as Flink's connector has them. */
export interface DataHubService {
  /** `https://dh-cn-hangzhou.aliyuncs.com`; `http:` where the service is reached from inside its own network. */
  readonly endPoint: string;
  readonly project: string;
  readonly accessId: string;
  readonly accessKey: string;
  /** Of temporary credentials (STS). */
  readonly securityToken?: string;
}

/** How a topic is reached. */
export interface DataHubConnection extends DataHubService {
  readonly topic: string;
}

const NAME = /^[A-Za-z]\w*$/;

/**
 * Checks what types cannot.
 * @param owner whose options they are: `source 'orders'`
 * @throws MillraceError (exit 2)
 */
export function checkDataHubService(owner: string, service: DataHubService): void {
  const fault = (text: string) => wrong(`${owner}: ${text}`);
  const { endPoint, accessId, accessKey, securityToken } = service;
  const url = typeof endPoint === 'string' && URL.canParse(endPoint) ? new URL(endPoint) : undefined;
  const plain = url !== undefined && url.pathname === '/' && url.search === '' && url.hash === '';
  // A wrong endpoint may hold a password, and is not shown.
  if (!plain || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '')
    throw fault('endPoint: wants https://host, without a path, a user or a password');
  checkDataHubName(owner, 'project', service.project);
  for (const [name, value] of Object.entries({ accessId, accessKey, securityToken }))
    if (name === 'securityToken' ? value === '' : typeof value !== 'string' || value.trim() === '')
      throw fault(`${name}: is empty`);
}

/** @throws MillraceError (exit 2) */
export function checkDataHubName(owner: string, option: string, name: unknown): void {
  if (typeof name !== 'string' || !NAME.test(name))
    throw wrong(`${owner}: ${option}: wants a letter, then letters, digits and underscores, not '${name}'`);
}
