import { BrokerError, type BrokerErrorKind } from './driver';

const NAME = new Set(['ENOTFOUND', 'EAI_AGAIN', 'EAI_NODATA', 'EAI_NONAME']);
const PORT = new Set([
  'ECONNREFUSED',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENETDOWN',
  'ECONNRESET',
  'EPIPE',
]);
const TLS_CODES = /^(ERR_TLS|ERR_SSL|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|EPROTO|HOSTNAME_MISMATCH)/;
const TLS_WORDS = new RegExp(
  [
    'wrong version number',
    'self.signed cert',
    'unable to verify',
    'certificate has expired',
    'SSL routine',
    'altnames',
    'secure TLS',
  ].join('|'),
  'i',
);

/**
 * A failure as a BrokerError: the step that failed from the socket's error code, else from
 * `guess`, and the original words in the message.
 */
export function brokerError(error: unknown, where: string, guess: BrokerErrorKind = 'other'): BrokerError {
  if (error instanceof BrokerError) return error;
  const kind = socketKind(error) ?? guess;
  const words = wordsOf(error);
  const text = {
    name: `The name of ${where} cannot be resolved: ${words}.`,
    port: `${where} does not answer: ${words}.`,
    tls: `TLS with ${where} failed: ${words}.`,
    authentication: `${where} refused the sign-in: ${words}.`,
    authorization: `${where} does not allow it: ${words}.`,
    protocol: `${where} does not speak as expected: ${words}.`,
    missing: `${where}: ${words}.`,
    other: `${where}: ${words}.`,
  }[kind];
  return new BrokerError(kind, text.replace(/\.\.$/, '.'), { cause: error });
}

/** Which step of reaching a socket failed; undefined when it was reached. */
export function socketKind(error: unknown): BrokerErrorKind | undefined {
  for (const e of chain(error)) {
    // Before the code: a listener without TLS may just reset the connection.
    if (TLS_WORDS.test(e.message)) return 'tls';
    const code = (e as { code?: unknown }).code;
    if (typeof code === 'string') {
      if (NAME.has(code)) return 'name';
      if (PORT.has(code)) return 'port';
      if (TLS_CODES.test(code)) return 'tls';
    }
    const inMessage = /\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH)\b/.exec(
      e.message,
    )?.[1];
    if (inMessage !== undefined) return NAME.has(inMessage) ? 'name' : 'port';
  }
  return undefined;
}

/**
 * The innermost message that says something. A refused connection to several addresses has none of its own.
 */
export function wordsOf(error: unknown): string {
  const messages = [...chain(error)]
    .map((e) => e.message || String((e as { code?: unknown }).code ?? ''))
    .filter(Boolean);
  return (messages[0] ?? String(error))
    .trim()
    .replace(/\s*\n\s*/g, ' ')
    .replace(/\.$/, '');
}

function* chain(error: unknown): Iterable<Error> {
  const queue: unknown[] = [error];
  for (let n = 0; n < 20 && queue.length > 0; n++) {
    const e = queue.shift();
    if (!(e instanceof Error)) continue;
    yield e;
    queue.push(e.cause);
    if (e instanceof AggregateError) queue.push(...e.errors);
  }
}
