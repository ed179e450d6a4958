import { connect, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { ISocketFactory } from 'kafkajs';

/** The sockets of a client. kafkajs waits for answers before it closes one; `destroy` does not. */
export function sockets(): { readonly factory: ISocketFactory; destroy(): void } {
  const open = new Set<Socket>();
  let closed = false;
  return {
    factory: ({ host, port, ssl, onConnect }) => {
      if (closed) throw new Error('closed');
      const name = isIP(host) ? {} : { servername: host };
      const socket = ssl
        ? connectTls({ host, port, ...name, ...ssl }, onConnect)
        : connect({ host, port }, onConnect);
      socket.setKeepAlive(true, 60_000);
      socket.setNoDelay(true);
      // kafkajs calls `unref` on a socket that is gone at each try to reach its broker, which adds a listener.
      socket.setMaxListeners(0);
      open.add(socket);
      socket.on('close', () => open.delete(socket));
      return socket;
    },
    destroy() {
      closed = true;
      // With an error: without one kafkajs would not hear of it, and requests would wait for their time-out.
      for (const socket of open) socket.destroy(new Error('closed'));
    },
  };
}
