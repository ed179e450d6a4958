import { createHmac } from 'node:crypto';

/** What of a request is signed. */
export interface SignedRequest {
  readonly method: string;
  /** With its query, as it is sent. */
  readonly path: string;
  /** Names in lower case; must have `content-type` and `date`. */
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * The `authorization` of a request: HMAC-SHA1 of its method, content type, date, headers `x-datahub-*` sorted by name, and path, a line each.
 * The body is not signed.
 */
export function datahubSignature(request: SignedRequest, accessId: string, accessKey: string): string {
  const { method, path, headers } = request;
  const own = Object.keys(headers)
    .filter((name) => name.startsWith('x-datahub-'))
    .sort()
    .map((name) => `${name}:${headers[name]}`);
  const text = [method, headers['content-type'], headers.date, ...own, path].join('\n');
  return `DATAHUB ${accessId}:${createHmac('sha1', accessKey).update(text).digest('base64')}`;
}
