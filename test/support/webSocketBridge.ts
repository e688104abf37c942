import { once } from 'node:events';
import { createServer as createHttp, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createHttps } from 'node:https';
import { connect, type AddressInfo } from 'node:net';
import { readFileSync } from 'node:fs';
import { WebSocketServer } from 'ws';
import type { CertifiedKey } from './certificates';

/** Gives a broker on a TCP port of the loopback address a WebSocket at `/mqtt`, as a proxy in front of it does. */
export async function bridgeWebSockets(
  port: number,
  certified?: CertifiedKey,
): Promise<{ readonly port: number; close(): Promise<void> }> {
  const noPage = (_: IncomingMessage, reply: ServerResponse): void => void reply.writeHead(404).end();
  const server: Server = certified
    ? createHttps({ cert: readFileSync(certified.cert), key: readFileSync(certified.key) }, noPage)
    : createHttp(noPage);
  const sockets = new WebSocketServer({ server, path: '/mqtt', handleProtocols: () => 'mqtt' });
  sockets.on('connection', (socket) => {
    const broker = connect(port, '127.0.0.1');
    socket.on('message', (data: Buffer) => broker.write(data));
    broker.on('data', (data) => socket.send(data));
    broker.on('close', () => socket.close());
    broker.on('error', () => {});
    socket.on('close', () => broker.destroy());
    socket.on('error', () => {});
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      for (const socket of sockets.clients) socket.terminate();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
