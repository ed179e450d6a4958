import { createConnection } from 'node:net';

// A request for ApiVersions, version 0, correlation 1, without a client's name: behind its length.
const REQUEST = Buffer.from('0000000a0012000000000001ffff', 'hex');

/** Does a broker answer at `host:port`? At most 2 s. */
export function answers(address) {
  const [host, port] = address.split(':');
  return new Promise((resolve) => {
    const socket = createConnection({ host, port: Number(port), timeout: 2000 });
    const done = (there) => {
      socket.destroy();
      resolve(there);
    };
    socket.on('connect', () => socket.write(REQUEST));
    socket.on('data', () => done(true));
    for (const event of ['error', 'timeout', 'close']) socket.on(event, () => done(false));
  });
}
