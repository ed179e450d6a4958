import http, { type Agent, type ClientRequest, type IncomingMessage, Agent as PlainAgent } from 'node:http';
import https, { Agent as TlsAgent } from 'node:https';
import type { DataHubConnection } from './datahub-connection.ts';
import { DataHubFault, faultKind } from './datahub-fault.ts';
import { datahubSignature } from './datahub-signature.ts';

/** Without a byte for so long a call has failed; more calls than sockets wait for one: milliseconds, sockets. */
const SILENCE = 30_000;
const SOCKETS = 32;
/** Most bytes of an answer: the service gives 4 MB. */
const LONGEST_ANSWER = 64 << 20;
/** Clocks that differ by more are worth a word where the service refuses who we are: milliseconds. */
const SKEW = 60_000;

/** Codes of certificates that are not good, and of servers that do not speak TLS. */
const NOT_TRUSTED = /CERT|^ERR_TLS|^ERR_SSL|^EPROTO|^UNABLE_TO/;

/** Signed calls to one endpoint over connections that stay open. */
export interface DataHubHttp {
  /**
   * @returns the text of the answer
   * @throws DataHubFault
   */
  call(method: 'GET' | 'POST' | 'PUT', path: string, body?: string): Promise<string>;
  close(): void;
}

/** @param silence milliseconds without a byte after which a call has failed */
export function datahubHttp(connection: DataHubConnection, silence = SILENCE): DataHubHttp {
  const { accessId, accessKey, securityToken } = connection;
  const endPoint = new URL(connection.endPoint);
  const tls = endPoint.protocol === 'https:';
  const settings = { keepAlive: true, maxSockets: SOCKETS };
  const agent: Agent = tls ? new TlsAgent(settings) : new PlainAgent(settings);
  const open = new Set<ClientRequest>();
  let closed = false;
  const withoutSecrets = (text: string): string =>
    [accessKey, securityToken ?? ''].reduce(
      (rest, secret) => (secret === '' ? rest : rest.replaceAll(secret, '***')),
      text,
    );

  function send(method: string, path: string, body: string): Promise<string> {
    const headers: Record<string, string> = {
      'content-type': 'application/json',
      'content-length': String(Buffer.byteLength(body)),
      date: new Date().toUTCString(),
      'x-datahub-client-version': '1.1',
      ...(securityToken !== undefined && { 'x-datahub-security-token': securityToken }),
    };
    headers.authorization = datahubSignature({ method, path, headers }, accessId, accessKey);
    return new Promise((resolve, reject) => {
      const request = (tls ? https : http).request(endPoint, {
        method,
        path,
        headers,
        agent,
        timeout: silence,
      });
      open.add(request);
      const fail = (error: NodeJS.ErrnoException) => {
        open.delete(request);
        const again = request.reusedSocket && error.code === 'ECONNRESET';
        reject(Object.assign(error, { again }));
      };
      request.on('timeout', () => request.destroy(new Error(`no answer for ${silence / 1000} s`)));
      request.on('error', fail);
      request.on('response', (response) =>
        textOf(response).then((text) => {
          open.delete(request);
          if ((response.statusCode as number) < 300) resolve(text);
          else reject(refusal(response, text, withoutSecrets));
        }, fail),
      );
      request.end(body);
    });
  }

  return {
    async call(method, path, body = '') {
      for (let tries = 1; ; tries++)
        try {
          if (closed) throw new Error('closed');
          return await send(method, path, body);
        } catch (error) {
          if (error instanceof DataHubFault) throw error;
          if (closed) throw new DataHubFault('final', 'closed');
          // The service may have closed a connection just as it was used again: that is no outage.
          if (tries === 1 && (error as { again?: boolean }).again) continue;
          const { code = '', message } = error as NodeJS.ErrnoException;
          const kind = NOT_TRUSTED.test(code) ? 'final' : 'away';
          throw new DataHubFault(kind, withoutSecrets(message || code || 'no connection'));
        }
    },
    close() {
      closed = true;
      for (const request of open) request.destroy(new Error('closed'));
      agent.destroy();
    },
  };
}

/** The whole answer; one that ends too soon is an error. */
async function textOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > LONGEST_ANSWER) throw new Error(`an answer of more than ${LONGEST_ANSWER} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** What the service answered in place of what was asked for. */
function refusal(
  response: IncomingMessage,
  text: string,
  withoutSecrets: (text: string) => string,
): DataHubFault {
  const status = response.statusCode as number;
  const { ErrorCode = `HTTP ${status}`, ErrorMessage = '' } = parsed(text);
  const code = withoutSecrets(String(ErrorCode));
  const kind = faultKind(status, code);
  // What asks for a wait is told once for each reason, and every request has another id.
  const request = kind === 'away' ? undefined : response.headers['x-datahub-request-id'];
  const message = ErrorMessage === '' ? '' : `: ${withoutSecrets(String(ErrorMessage)).slice(0, 300)}`;
  const skew = Math.abs(Date.parse(response.headers.date ?? '') - Date.now());
  const clock =
    (status === 401 || status === 403) && skew > SKEW
      ? `; the clock of this machine differs from the service's by ${Math.round(skew / 1000)} s`
      : '';
  return new DataHubFault(kind, `${code}${message}${clock}`, code, request?.toString());
}

function parsed(text: string): { ErrorCode?: unknown; ErrorMessage?: unknown } {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}
