import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { isIPv4 } from 'node:net';
import { Refusal } from './refusal.ts';

/** Is it a name of this machine that nobody else can reach? */
export function isLoopback(host: string): boolean {
  const name = host.replace(/^\[(.*)\]$/, '$1').toLowerCase();
  return name === 'localhost' || name === '::1' || (isIPv4(name) && name.startsWith('127.'));
}

/**
 * Who may send. With a token: whoever sends it. Without one: whoever is on this machine, but no web page that a name of its own leads here.
 * The function throws a Refusal (401, 403).
 */
export function sendersOf(token: string | undefined): (headers: IncomingHttpHeaders) => void {
  if (token === undefined)
    return ({ host = '' }) => {
      if (!isLoopback(host.replace(/:\d+$/, '')))
        throw new Refusal(403, 'without a token, requests must be addressed to localhost');
    };
  const wanted = digest(`Bearer ${token}`);
  return ({ authorization = '' }) => {
    const given = authorization.replace(/^bearer +/i, 'Bearer ');
    // Digests have one length, and say nothing about how much of a guess is right.
    if (!timingSafeEqual(digest(given), wanted))
      throw new Refusal(401, 'wants Authorization: Bearer and the token', {
        headers: { 'www-authenticate': 'Bearer' },
      });
  };
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
