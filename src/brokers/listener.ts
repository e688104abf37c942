import { connect as connectPlain, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { HostPort } from './address';

/** What speaks on a port: `other` answers to nothing that was tried, `nobody` is not there. */
export type Listener = 'tls' | 'http' | 'nats' | 'amqp' | 'other' | 'nobody';

const GREETING_WITHIN = 400;
const ANSWER_WITHIN = 2000;

/**
 * Finds out what listens where a conversation failed, so that a wrong port can be told by what is there.
 * It sends no more than a TLS hello and one request for a page; no names, no secrets.
 */
export async function whatListens(at: HostPort, signal: AbortSignal): Promise<Listener> {
  const greeting = await firstBytes(connectPlain(at), undefined, GREETING_WITHIN, signal);
  if (greeting === undefined) return 'nobody';
  if (greeting.startsWith('INFO ')) return 'nats';
  if (await speaksTls(at, signal)) return 'tls';
  const answer = await firstBytes(connectPlain(at), 'GET / HTTP/1.0\r\n\r\n', ANSWER_WITHIN, signal);
  if (answer?.startsWith('HTTP/')) return 'http';
  if (answer?.startsWith('AMQP')) return 'amqp';
  return 'other';
}

/** True where somebody takes connections and says nothing of its own for so long, in milliseconds. */
export async function isSilent(at: HostPort, ms: number, signal: AbortSignal): Promise<boolean> {
  return (await firstBytes(connectPlain(at), undefined, ms, signal)) === '';
}

/** The words for a sentence: `It is …`. */
export const LISTENERS: Readonly<Record<Exclude<Listener, 'nobody' | 'other'>, string>> = {
  tls: 'a port with TLS',
  http: 'a port for HTTP',
  nats: 'a NATS server',
  amqp: 'a port for AMQP',
};

/** Empty where nothing is said; undefined where nobody can be connected to. */
function firstBytes(
  socket: Socket,
  question: string | undefined,
  ms: number,
  signal: AbortSignal,
): Promise<string | undefined> {
  return new Promise((resolve) => {
    let connected = false;
    let got = '';
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      socket.destroy();
      resolve(connected ? got : undefined);
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done, { once: true });
    socket.setEncoding('latin1');
    socket.on('connect', () => {
      connected = true;
      if (question !== undefined) socket.write(question);
    });
    socket.on('data', (text: string) => {
      got += text;
      if (got.length >= 5) done();
    });
    socket.on('error', done);
    socket.on('close', done);
  });
}

function speaksTls(at: HostPort, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    // Nothing is sent over it: it does not matter whose certificate it is.
    const socket = connectTls({ ...at, rejectUnauthorized: false });
    const done = (yes: boolean): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', aborted);
      socket.destroy();
      resolve(yes);
    };
    const aborted = (): void => done(false);
    const timer = setTimeout(aborted, ANSWER_WITHIN);
    signal.addEventListener('abort', aborted, { once: true });
    socket.on('secureConnect', () => done(true));
    // A server that wants a client certificate ends the handshake with an alert.
    socket.on('error', (error) => done(/alert/i.test(error.message)));
    socket.on('close', aborted);
  });
}
