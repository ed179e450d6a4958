import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** An authority, and what it has signed: PEM texts. */
export interface Authority {
  readonly ca: string;
  /** A certificate and its key; `host`: who may show it, `IP:127.0.0.1`. */
  sign(name: string, host: string): Promise<{ readonly cert: string; readonly key: string }>;
}

/** Makes an authority of its own in a folder. Needs openssl. */
export async function authority(folder: string, name: string): Promise<Authority> {
  const file = (end: string) => join(folder, `${name}-${end}`);
  const openssl = (...args: string[]) => run('openssl', args);
  const key = (of: string) => ['-newkey', 'rsa:2048', '-nodes', '-keyout', file(`${of}.key`)];
  await openssl('req', '-x509', ...key('ca'), '-out', file('ca.pem'), '-days', '2', '-subj', `/CN=${name}`);
  return {
    ca: readFileSync(file('ca.pem'), 'utf8'),
    async sign(of, host) {
      await openssl('req', ...key(of), '-out', file(`${of}.csr`), '-subj', `/CN=${of}`);
      writeFileSync(file(`${of}.ext`), `subjectAltName=${host}\n`);
      await openssl(
        ...['x509', '-req', '-in', file(`${of}.csr`), '-out', file(`${of}.pem`), '-days', '2'],
        ...[
          '-CA',
          file('ca.pem'),
          '-CAkey',
          file('ca.key'),
          '-CAcreateserial',
          '-extfile',
          file(`${of}.ext`),
        ],
      );
      return { cert: readFileSync(file(`${of}.pem`), 'utf8'), key: readFileSync(file(`${of}.key`), 'utf8') };
    },
  };
}
