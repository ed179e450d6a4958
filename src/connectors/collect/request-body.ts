import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { Backlog } from './backlog.ts';
import { Refusal } from './refusal.ts';

const unpack = promisify(gunzip);

/** How a body is read. */
export interface BodyOptions {
  /** Most bytes, also unpacked. */
  readonly max: number;
  readonly packed: boolean;
  readonly backlog: Backlog;
}

/** Takes a body in, and does work with it; meanwhile its bytes count in the backlog. Throws a Refusal; any error where the client goes away. */
export async function withBody<T>(
  request: IncomingMessage,
  { max, packed, backlog }: BodyOptions,
  work: (body: Buffer) => Promise<T>,
): Promise<T> {
  let held = 0;
  const hold = (bytes: number): void => {
    backlog.take(bytes);
    held += bytes;
  };
  try {
    if (Number(request.headers['content-length'] ?? 0) > max) throw tooLarge(max);
    const body = await received(request, max, hold);
    if (!packed) return await work(body);
    const plain = await unpacked(body, max);
    hold(plain.length);
    return await work(plain);
  } finally {
    backlog.give(held);
  }
}

/**
 * Throws away what is left of a body, so that a client that sends before it reads gets its answer: at most so many bytes, for at most two seconds.
 *
 * @returns whether it came to its end
 */
export async function discarded(request: IncomingMessage, most: number): Promise<boolean> {
  if (request.complete) return true;
  if (request.destroyed) return false;
  if (Number(request.headers['content-length'] ?? 0) > most) return false;
  let bytes = 0;
  return new Promise((resolve) => {
    const end = (whole: boolean) => (): void => {
      clearTimeout(timer);
      request.off('data', count);
      request.pause();
      resolve(whole);
    };
    const count = (chunk: Buffer): void => {
      bytes += chunk.length;
      if (bytes > most) end(false)();
    };
    const timer = setTimeout(end(false), PATIENCE);
    request.on('data', count).once('end', end(true)).once('close', end(false));
    request.resume();
  });
}

const PATIENCE = 2000;

function received(request: IncomingMessage, max: number, hold: (bytes: number) => void): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  return new Promise((resolve, reject) => {
    const stop = (error: unknown): void => {
      request.off('data', take);
      request.pause();
      reject(error);
    };
    const take = (chunk: Buffer): void => {
      try {
        length += chunk.length;
        if (length > max) throw tooLarge(max);
        hold(chunk.length);
        chunks.push(chunk);
      } catch (error) {
        stop(error);
      }
    };
    request
      .on('data', take)
      .once('end', () => resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)))
      .once('error', stop)
      .once('close', () => stop(new Error('the client went away')));
  });
}

async function unpacked(body: Buffer, max: number): Promise<Buffer> {
  try {
    return await unpack(body, { maxOutputLength: max });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(max);
    throw new Refusal(400, 'the body is not valid gzip');
  }
}

const tooLarge = (max: number): Refusal =>
  new Refusal(413, `the body has more than ${max} bytes, unpacked: send fewer events at once`);
