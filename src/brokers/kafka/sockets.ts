import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls, type ConnectionOptions } from 'node:tls';

/** What connections end with that we end ourselves: no news for a log. */
export const GIVEN_UP = 'The connection was given up.';

/** What kafkajs asks of its socket factory. */
interface SocketRequest {
  readonly host: string;
  readonly port: number;
  readonly ssl?: ConnectionOptions | false | null;
  onConnect(): void;
}

const KEEP_ALIVE = 30_000;

/**
 * Makes kafkajs's sockets and keeps hold of them: kafkajs forgets the socket's own error, and waits for
 * answers that will not come before it closes a connection.
 */
export class Sockets {
  private readonly open = new Set<Socket>();
  /** The last error of a socket, as Node gave it. */
  failure: Error | undefined;

  /** IPv6 addresses by the names that stand for them, since kafkajs cuts `host:port` at the first colon. */
  constructor(private readonly aliases: ReadonlyMap<string, string> = new Map()) {}

  readonly make = ({ host: name, port, ssl, onConnect }: SocketRequest): Socket => {
    const host = this.aliases.get(name) ?? name;
    const socket = this.connect({ host, port, ssl, onConnect });
    socket.setKeepAlive(true, KEEP_ALIVE);
    this.open.add(socket);
    socket.once('error', (error) => {
      this.failure = error;
    });
    socket.once('close', () => this.open.delete(socket));
    return socket;
  };

  private connect({ host, port, ssl, onConnect }: SocketRequest): Socket {
    if (!ssl) return connectTcp({ host, port }, onConnect);
    try {
      return connectTls({ host, port, ...(isIP(host) === 0 ? { servername: host } : {}), ...ssl }, onConnect);
    } catch (error) {
      // A key or a passphrase that is no good is found before there is a socket.
      if (error instanceof Error) this.failure = error;
      throw error;
    }
  }

  /** Ends all connections now; what still waits for an answer fails. */
  drop(): void {
    for (const socket of this.open) socket.destroy(new Error(GIVEN_UP));
  }
}
