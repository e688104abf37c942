import { tapPrefix, type HostPort } from '../address';
import { BrokerError, type BrokerErrorKind, type ConnectOptions } from '../driver';
import { brokerError, wordsOf } from '../failure';
import { LISTENERS, whatListens } from '../listener';
import { refusedHandshake, tlsFault } from '../tlsFailure';

/** How a connection was tried. */
export interface Attempt {
  /** For messages: `MQTT at mqtt://host`. */
  readonly where: string;
  readonly at: HostPort;
  readonly version: 4 | 5;
  readonly tls: boolean;
  readonly web: boolean;
  readonly options: ConnectOptions;
}

/** Protocol level 4 is what people call 3.1.1. */
export function shown(version: 4 | 5): string {
  return version === 5 ? '5' : '3.1.1';
}

/**
 * Why a connection did not come about, with what to change.
 * @param failure undefined where it was closed without a word
 */
export async function connectError(failure: unknown, attempt: Attempt, signal: AbortSignal): Promise<BrokerError> {
  if (failure instanceof BrokerError) return failure;
  const { where, options } = attempt;
  const told = (kind: BrokerErrorKind, text: string): BrokerError => new BrokerError(kind, text, { cause: failure });
  const code = codeOf(failure);
  if (code !== undefined) {
    const { kind, text } = byCode(code, attempt);
    return told(kind, text);
  }
  const fault = tlsFault(failure, where, options);
  if (fault !== undefined) return told('tls', fault);
  const words = failure === undefined ? '' : wordsOf(failure);
  const status = /Unexpected server response: (\d+)/.exec(words)?.[1];
  if (status !== undefined) {
    return told(
      'protocol',
      `${where} answers with HTTP ${status} and no WebSocket: check the path, which often is /mqtt.`,
    );
  }
  if (failure !== undefined && !/ECONNRESET|EPIPE|wrong version number|packet length|socket hang up|header|packet|Connection closed/i.test(words)) {
    return brokerError(failure, where, 'protocol');
  }
  return await byListener(failure, attempt, signal, told);
}

async function byListener(
  failure: unknown,
  { where, at, version, tls, web, options }: Attempt,
  signal: AbortSignal,
  told: (kind: BrokerErrorKind, text: string) => BrokerError,
): Promise<BrokerError> {
  const listener = await whatListens(at, signal);
  if (listener === 'nobody') return brokerError(failure ?? new Error('it closed the connection'), where, 'port');
  if (listener === 'tls') {
    if (tls) {
      return /ECONNRESET|EPIPE/.test(String(failure)) && options.tlsFiles?.cert !== undefined
        ? told('tls', refusedHandshake(where, options))
        : told('protocol', `${where} takes TLS, but gives no answer to CONNECT (MQTT ${shown(version)}): check the port.`);
    }
    return told('tls', `${where} is a port with TLS: use ${web ? 'wss' : 'mqtts'}:// in the address.`);
  }
  if (tls) {
    return told(
      'tls',
      `${where} does not speak TLS on this port: use ${web ? 'ws' : 'mqtt'}:// without TLS, or the port with TLS ` +
        '(usually 8883).',
    );
  }
  if (listener === 'http') {
    return told(
      'protocol',
      web
        ? `${where} is a port for HTTP that opens no WebSocket for MQTT: check the path, which often is /mqtt.`
        : `${where} is a port for HTTP: use the port for MQTT (usually 1883), or ws:// where MQTT goes over WebSocket.`,
    );
  }
  if (listener !== 'other') {
    return told('protocol', `${where} is ${LISTENERS[listener]}: use the port for MQTT (usually 1883).`);
  }
  return told(
    'protocol',
    web
      ? `${where} speaks no HTTP, so that no WebSocket can be opened: use mqtt://, or the port for WebSockets.`
      : `${where} gave no answer to CONNECT that MQTT ${shown(version)} knows: check that it is the port for MQTT ` +
        '(usually 1883).',
  );
}

function codeOf(failure: unknown): number | undefined {
  const code = failure instanceof Error && 'code' in failure ? failure.code : undefined;
  return typeof code === 'number' ? code : undefined;
}

/** CONNACK reasons: MQTT 5 §3.2.2.2 and, below 6, MQTT 3.1.1 §3.2.2.3. */
function byCode(code: number, { where, version, options }: Attempt): { kind: BrokerErrorKind; text: string } {
  const who = options.user;
  switch (code) {
    case 1:
    case 132:
      return { kind: 'protocol', text: `${where} does not speak MQTT ${shown(version)} (reason ${code}): choose the other version.` };
    case 4:
    case 134:
      return {
        kind: 'authentication',
        text: `${where} refused the sign-in${who === undefined ? '' : ` of ${who}`}: bad user name or password (reason ${code}). Check both.`,
      };
    case 5:
    case 135:
      return {
        kind: 'authentication',
        text:
          who === undefined
            ? `${where} lets nobody in without a sign-in: not authorized (reason ${code}). Give user and password` +
              `${options.tlsFiles?.cert === undefined ? ' or a client certificate' : ''}.`
            : `${where} refused the sign-in of ${who}: not authorized (reason ${code}). Check user and password, and ` +
              `whether this user may connect with a client id that begins with ${tapPrefix(options)}.`,
      };
    case 2:
    case 133:
      return {
        kind: 'authorization',
        text: `${where} does not take the client id (reason ${code}): set tailrace.tail.prefix to what it allows.`,
      };
    case 138:
      return { kind: 'authorization', text: `${where} has banned this client (reason 138): ask who runs it.` };
    case 140:
      return { kind: 'authentication', text: `${where} wants another way to sign in (reason 140) than user and password.` };
    case 3:
    case 136:
    case 137:
      return { kind: 'other', text: `${where} is not available or busy (reason ${code}): try again later.` };
    case 156:
    case 157:
      return { kind: 'other', text: `${where} sends clients to another server (reason ${code}): use its address.` };
    case 151:
    case 159:
      return { kind: 'other', text: `${where} takes no more connections for now (reason ${code}): try again later.` };
    default:
      return { kind: 'other', text: `${where} refused the connection (reason ${code}).` };
  }
}

/** Why the broker ended a connection, by DISCONNECT: MQTT 5 §3.14.2.1. */
export function disconnectReason(code: number | undefined, where: string): string {
  const words: Readonly<Record<number, string>> = {
    130: 'a protocol error',
    135: 'the client is not authorized any more',
    139: 'the server shuts down',
    141: 'nothing was heard within the keep-alive',
    142: 'another client has taken over the client id',
    147: 'more messages than were allowed were on their way',
    149: 'a packet was too large',
    151: 'a quota is used up',
    152: 'an administrator ended it',
    160: 'the longest time for a connection is over',
  };
  const reason = code === undefined ? undefined : words[code];
  return `${where} ended the connection (reason ${code ?? 0}${reason === undefined ? '' : `, ${reason}`}).`;
}

/** A subscription that was not granted: SUBACK codes of MQTT 5 §3.9.3; in 3.1.1 there is 128 alone. */
export function refusedSubscription(where: string, filter: string, code: number): BrokerError {
  if (code === 143 || code === 162) {
    return new BrokerError(
      'other',
      `${where} takes no subscription to ${filter} (SUBACK ${code}): name topics without wildcards, or fewer of them.`,
    );
  }
  const why = code === 135 ? 'this user may not read it' : 'it gives no reason; mostly the user may not read it';
  return new BrokerError(
    'authorization',
    `${where} refused the subscription to ${filter} (SUBACK ${code}): ${why}. Ask for the right to read it.`,
  );
}
