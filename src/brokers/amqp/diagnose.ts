import { connect as connectPlain, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { TlsMaterial } from '../tlsFiles';
import type { AmqpAddress, SignIn } from './client';

/** What was behind a failed handshake that the client library does not tell. */
export type Diagnosis =
  /** The broker's own reason for closing. */
  | { readonly saw: 'close'; readonly code: number; readonly text: string }
  /** The first bytes are of another protocol. */
  | { readonly saw: 'tls' | 'http' | 'nats' | 'amqp-version' | 'bytes' }
  | { readonly saw: 'nothing' | 'end' };

const WITHIN = 3000;
/** amqplib keeps these reasons to itself: a close while opening the vhost, and what is no AMQP at all. */
const UNTOLD = /Socket closed abruptly|ConnectionOpenOk; got|Frame size \d+ exceeds|ETIMEDOUT|no answer within|ECONNRESET/;

/** Goes through the handshake once more by hand, up to the answer that the library did not tell. */
export async function diagnosed(
  error: unknown,
  address: AmqpAddress,
  signIn: SignIn,
  material: TlsMaterial,
  signal: AbortSignal,
): Promise<Diagnosis | undefined> {
  if (signal.aborted || !UNTOLD.test(String(error))) return undefined;
  const to = { host: address.host, port: address.port };
  const socket = address.tls ? connectTls({ ...to, ...material }) : connectPlain(to);
  return await new Promise((resolve) => {
    const done = (diagnosis: Diagnosis | undefined): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', aborted);
      socket.destroy();
      resolve(diagnosis);
    };
    const aborted = (): void => done(undefined);
    const timer = setTimeout(() => done({ saw: 'nothing' }), WITHIN);
    signal.addEventListener('abort', aborted, { once: true });
    let got: Buffer = Buffer.alloc(0);
    socket.on(address.tls ? 'secureConnect' : 'connect', () => socket.write(Buffer.from('AMQP\0\0\x09\x01', 'latin1')));
    socket.on('data', (chunk: Buffer) => {
      got = Buffer.concat([got, chunk]);
      const other = foreign(got);
      if (other) return done(other);
      for (let frame = firstFrame(got); frame; frame = firstFrame(got)) {
        got = got.subarray(frame.length);
        const close = answer(socket, frame.payload, address, signIn);
        if (close) return done(close);
      }
    });
    socket.on('error', () => done(undefined));
    socket.on('end', () => done({ saw: 'end' }));
  });
}

/** What other protocols' servers say first. A TLS record is an alert (21) or a handshake (22) of version 3. */
function foreign(bytes: Buffer): Diagnosis | undefined {
  if (bytes.length < 4) return undefined;
  if ((bytes[0] === 21 || bytes[0] === 22) && bytes[1] === 3) return { saw: 'tls' };
  const word = bytes.toString('latin1', 0, 5);
  if (word.startsWith('HTTP')) return { saw: 'http' };
  if (word === 'INFO ') return { saw: 'nats' };
  if (word.startsWith('AMQP')) return { saw: 'amqp-version' };
  return bytes[0] === 1 ? undefined : { saw: 'bytes' };
}

/** AMQP 0-9-1, 4.2.3: type, channel, size, payload, end. */
function firstFrame(bytes: Buffer): { readonly payload: Buffer; readonly length: number } | undefined {
  if (bytes.length < 8) return undefined;
  const length = 8 + bytes.readUInt32BE(3);
  return bytes.length < length ? undefined : { payload: bytes.subarray(7, length - 1), length };
}

/** Goes one step on, by the methods of the class connection (10); a close is the end. */
function answer(
  socket: Socket,
  payload: Buffer,
  address: AmqpAddress,
  signIn: SignIn,
): Diagnosis | undefined {
  const START = 10;
  const TUNE = 30;
  const OPEN_OK = 41;
  const CLOSE = 50;
  const method = payload.readUInt16BE(2);
  if (method === START) {
    const response = signIn.by === 'certificate' ? '' : `\0${signIn.user}\0${signIn.password}`;
    const mechanism = signIn.by === 'certificate' ? 'EXTERNAL' : 'PLAIN';
    socket.write(methodFrame(11, [uint32(0), short(mechanism), long(response), short('en_US')]));
  } else if (method === TUNE) {
    socket.write(methodFrame(31, [payload.subarray(4, 12)]));
    socket.write(methodFrame(40, [short(address.vhost), short(''), Buffer.from([0])]));
  } else if (method === CLOSE) {
    const size = payload[6]!;
    return { saw: 'close', code: payload.readUInt16BE(4), text: payload.toString('utf8', 7, 7 + size) };
  } else if (method === OPEN_OK) {
    // It works now: the failure was of the moment.
    return { saw: 'nothing' };
  }
  return undefined;
}

function methodFrame(method: number, fields: readonly Buffer[]): Buffer {
  const payload = Buffer.concat([Buffer.from([0, 10, 0, method]), ...fields]);
  return Buffer.concat([Buffer.from([1, 0, 0]), uint32(payload.length), payload, Buffer.from([0xce])]);
}

function uint32(n: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(n);
  return bytes;
}

function short(text: string): Buffer {
  const bytes = Buffer.from(text, 'utf8');
  return Buffer.concat([Buffer.from([bytes.length]), bytes]);
}

function long(text: string): Buffer {
  const bytes = Buffer.from(text, 'utf8');
  return Buffer.concat([uint32(bytes.length), bytes]);
}
