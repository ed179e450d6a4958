import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { wrong } from '../../errors.ts';
import { type Answer, Refusal } from './refusal.ts';
import { discarded } from './request-body.ts';

/** A server that listens. */
export interface Listening {
  readonly port: number;
  /** Takes no more connections, answers the requests that are open, for at most so many milliseconds, and ends. */
  close(patience: number): Promise<void>;
}

/** Where and how a server listens. */
export interface ServerOptions {
  readonly host: string;
  /** 0: any that is free. */
  readonly port: number;
  /** Bytes of a refused body that are read and thrown away, so that the answer is seen. */
  readonly discard: number;
  /** Told of an error that nobody foresaw; its request is answered with 500. */
  readonly log: (line: string) => void;
}

/** Milliseconds: for the headers of a request, for all of it, between two requests of a connection, between two looks at these. */
const TIMES = {
  headersTimeout: 10_000,
  requestTimeout: 60_000,
  keepAliveTimeout: 15_000,
  connectionsCheckingInterval: 1000,
};
/** Connections at a time. */
const CONNECTIONS = 1024;

/** Listens, and sends each request's answer. @throws MillraceError (exit 2) where the address is in use or not to be had */
export async function listen(
  answer: (request: IncomingMessage) => Promise<Answer>,
  { host, port, discard, log }: ServerOptions,
): Promise<Listening> {
  let closing = false;
  const server = createServer(TIMES, async (request, response) => {
    const found = await answer(request).catch((error) => answerTo(error, request, log));
    // A client that sends before it reads would not see an answer to half a body.
    const whole = await discarded(request, discard);
    send(response, found, request.method === 'HEAD', closing || !whole);
  });
  server.maxConnections = CONNECTIONS;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(unheard(error, host, port)));
    server.listen({ host, port }, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close(patience) {
      closing = true;
      return closed(server, patience);
    },
  };
}

function answerTo(error: unknown, request: IncomingMessage, log: (line: string) => void): Answer {
  if (error instanceof Refusal) return error.answer;
  // Nobody is there to read an answer.
  if (!request.socket.destroyed) log(`unexpected: ${(error as Error).stack ?? error}`);
  return { status: 500, body: { error: 'unexpected: see the log of the collector' } };
}

function send(
  response: ServerResponse,
  { status, body, headers }: Answer,
  head: boolean,
  last: boolean,
): void {
  if (response.destroyed) return;
  const text = `${JSON.stringify(body)}\n`;
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
    'x-content-type-options': 'nosniff',
    ...headers,
    ...(last ? { connection: 'close' } : {}),
  });
  response.end(head ? undefined : text);
}

function closed(server: Server, patience: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => server.closeAllConnections(), patience);
    server.close(() => {
      clearTimeout(timer);
      resolve();
    });
    server.closeIdleConnections();
  });
}

function unheard(error: Error, host: string, port: number): Error {
  const { code } = error as NodeJS.ErrnoException;
  const why: Readonly<Record<string, string>> = {
    EADDRINUSE: 'another program listens there: give another --port',
    EACCES: 'this user may not listen there: give another --port',
    EADDRNOTAVAIL: 'this machine has no such address: give another --host',
    ENOTFOUND: 'no such host: give another --host',
  };
  return wrong(`cannot listen on ${host}, port ${port}: ${why[code ?? ''] ?? error.message}`, error);
}
