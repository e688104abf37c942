import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { HostPort } from '../address';
import { readTlsFiles } from '../tlsFiles';
import type { ConnectOptions } from '../driver';

/** What a listener is, found by a short conversation that signs in nowhere. */
export interface Listener {
  /** It answered a first question of Kafka's protocol. */
  readonly isKafka: boolean;
  /** The mechanisms that it signs in by; undefined where it takes no sign-in. */
  readonly mechanisms?: readonly string[];
}

const PATIENCE = 4000;
const API_VERSIONS = 18;
const SASL_HANDSHAKE = 17;
const UNSUPPORTED_MECHANISM = 33;

/** Asks a listener over a connection with or without TLS, whose certificate is not judged here. */
export async function probeListener(at: HostPort, tls: boolean, options: ConnectOptions): Promise<Listener> {
  let socket: Socket | undefined;
  try {
    socket = await open(at, tls, options);
    const ask = conversation(socket);
    const versions = await ask(API_VERSIONS, 0, Buffer.alloc(0));
    if (versions.length < 2 || ![0, 35].includes(versions.readInt16BE(0))) return { isKafka: false };
    // No broker has a mechanism of this name, so nothing is begun and the answer lists those that it has.
    const name = Buffer.from('?');
    const handshake = await ask(SASL_HANDSHAKE, 1, Buffer.concat([Buffer.from([0, name.length]), name])).catch(
      () => undefined,
    );
    const mechanisms = handshake && mechanismsOf(handshake);
    return { isKafka: true, ...(mechanisms === undefined ? {} : { mechanisms }) };
  } catch {
    return { isKafka: false };
  } finally {
    socket?.destroy();
  }
}

/** Why a TCP connection cannot be opened; undefined where it can. */
export async function unreachable(at: HostPort): Promise<Error | undefined> {
  try {
    (await open(at, false, { url: '' })).destroy();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

async function open({ host, port }: HostPort, tls: boolean, options: ConnectOptions): Promise<Socket> {
  const files = tls ? await readTlsFiles(options) : {};
  return new Promise((resolve, reject) => {
    const socket = tls
      ? connectTls({
          host,
          port,
          ...(isIP(host) === 0 ? { servername: host } : {}),
          ...files,
          rejectUnauthorized: false,
        })
      : connectTcp({ host, port });
    const timer = setTimeout(() => socket.destroy(new Error(`no answer within ${PATIENCE / 1000} s`)), PATIENCE);
    socket.once(tls ? 'secureConnect' : 'connect', () => {
      clearTimeout(timer);
      resolve(socket);
    });
    socket.on('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
  });
}

/** Sends requests one after the other and gives the answers' bodies; rejects when the server closes. */
function conversation(socket: Socket): (api: number, version: number, body: Buffer) => Promise<Buffer> {
  let rest: Buffer = Buffer.alloc(0);
  let give: ((answer: Buffer) => void) | undefined;
  let fail: ((error: Error) => void) | undefined;
  socket.on('data', (chunk: Buffer) => {
    rest = Buffer.concat([rest, chunk]);
    const length = rest.length >= 4 ? rest.readInt32BE(0) : 0;
    if (length < 0 || length > 1024 * 1024) socket.destroy();
    else if (length >= 4 && rest.length >= 4 + length) {
      const answer = rest.subarray(8, 4 + length);
      rest = rest.subarray(4 + length);
      give?.(answer);
    }
  });
  socket.on('close', () => fail?.(new Error('The server closed the connection.')));
  socket.setTimeout(PATIENCE, () => socket.destroy());
  return (api, version, body) =>
    new Promise((resolve, reject) => {
      give = resolve;
      fail = reject;
      const head = Buffer.alloc(14);
      head.writeInt32BE(10 + body.length, 0);
      head.writeInt16BE(api, 4);
      head.writeInt16BE(version, 6);
      head.writeInt32BE(1, 8);
      head.writeInt16BE(-1, 12); // no client id
      socket.write(Buffer.concat([head, body]));
      if (socket.destroyed) reject(new Error('The server closed the connection.'));
    });
}

function mechanismsOf(answer: Buffer): string[] | undefined {
  if (answer.readInt16BE(0) !== UNSUPPORTED_MECHANISM) return undefined;
  const found: string[] = [];
  let at = 6;
  for (let left = answer.readInt32BE(2); left > 0; left--) {
    const length = answer.readInt16BE(at);
    found.push(answer.toString('utf8', at + 2, at + 2 + length));
    at += 2 + length;
  }
  return found.sort();
}
