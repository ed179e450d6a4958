import http from 'node:http';
import https from 'node:https';
import type { Socket } from 'node:net';

/** Connections at a time. */
const MOST = 16;

/** Connections that are used again, and that are there within so many milliseconds or fail. */
export function keepAliveAgent(secure: boolean, connectTimeout: number): http.Agent {
  const settings = { keepAlive: true, maxSockets: MOST };
  const agent = secure ? new https.Agent(settings) : new http.Agent(settings);
  const connect = agent as unknown as { createConnection(...args: unknown[]): Socket };
  const original = connect.createConnection;
  connect.createConnection = function createConnection(...args) {
    const socket = original.apply(this, args);
    const timer = setTimeout(
      () => socket.destroy(new Error(`no connection within ${connectTimeout} ms`)),
      connectTimeout,
    );
    const done = () => clearTimeout(timer);
    socket.once(secure ? 'secureConnect' : 'connect', done).once('close', done);
    return socket;
  };
  return agent;
}
