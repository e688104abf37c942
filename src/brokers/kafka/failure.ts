import { BrokerError } from '../driver';
import { brokerError, socketKind } from '../failure';

/** A failure of kafkajs in the broker's own words. kafkajs wraps the cause when its retries are used up. */
export function kafkaError(error: unknown, where: string, topic?: string): BrokerError {
  if (error instanceof BrokerError) return error;
  const inner = innermost(error);
  if (inner instanceof BrokerError) return inner;
  const type = (inner as { type?: string }).type ?? '';
  const name = inner instanceof Error ? inner.name : '';
  if (type === 'UNKNOWN_TOPIC_OR_PARTITION') {
    return new BrokerError(
      'missing',
      `${where} has no topic ${topic ?? ''}. A tap does not create topics: check the name, ` +
        'or create the topic first.',
      { cause: error },
    );
  }
  if (type === 'INVALID_TOPIC_EXCEPTION') {
    return new BrokerError(
      'missing',
      `“${topic ?? ''}” is not a valid topic name: ${inner instanceof Error ? inner.message : type}.`,
    );
  }
  if (type === 'TOPIC_AUTHORIZATION_FAILED') {
    return new BrokerError(
      'authorization',
      `${where} does not let this user read ${topic ?? 'the topic'} (${type}). ` +
        'Ask for the rights READ and DESCRIBE on the topic; rights on groups are not needed.',
      { cause: error },
    );
  }
  if (/AUTHORIZATION/.test(type)) return brokerError(inner, where, 'authorization');
  if (name === 'KafkaJSSASLAuthenticationError' || /^SASL|ILLEGAL_SASL|UNSUPPORTED_SASL/.test(type)) {
    return brokerError(inner, where, 'authentication');
  }
  if (socketKind(inner) !== undefined) return brokerError(inner, where);
  if (name === 'KafkaJSConnectionError' && /timeout/i.test((inner as Error).message))
    return brokerError(inner, where, 'port');
  // A TLS listener closes a plain connection, and the other way round, without a word.
  if (/^KafkaJSConnectionClosedError$/.test(name)) {
    return new BrokerError(
      'protocol',
      `${where} closed the connection without an answer. Is it a Kafka listener, and does it ` +
        'want TLS or a sign-in?',
      { cause: error },
    );
  }
  return brokerError(inner, where, 'other');
}

const TOPIC_ERRORS: Readonly<Record<number, readonly [type: string, words: string]>> = {
  3: ['UNKNOWN_TOPIC_OR_PARTITION', 'the topic does not exist'],
  5: ['LEADER_NOT_AVAILABLE', 'no broker leads the topic at the moment'],
  17: ['INVALID_TOPIC_EXCEPTION', 'the name has characters that a topic may not have, or is too long'],
  29: ['TOPIC_AUTHORIZATION_FAILED', 'the topic may not be described'],
};

/** A topic's error code in metadata as kafkajs tells it. */
export function topicError(code: number): Error {
  const [type, words] = TOPIC_ERRORS[code] ?? ['UNKNOWN', `metadata came with error ${code}`];
  return Object.assign(new Error(words), { type });
}

/** Why a connection that had worked is gone. */
export function lossReason(error: unknown, where: string, topic: string): string {
  return /ConnectionClosed/.test((innermost(error) as Error).name ?? '')
    ? `${where} closed the connection.`
    : kafkaError(error, where, topic).message;
}

/** What kafkajs wrapped, possibly several times. */
export function innermost(error: unknown): unknown {
  let e = error;
  for (let n = 0; n < 10; n++) {
    const next =
      (e as { cause?: unknown; originalError?: unknown })?.cause ??
      (e as { originalError?: unknown })?.originalError;
    if (!(next instanceof Error)) break;
    e = next;
  }
  return e;
}

export const OFFSET_OUT_OF_RANGE = 1;

/** What to do about a partition's error code in a fetch answer (Kafka protocol, error codes). */
export function onFetchError(code: number): 'refresh' | 'reset' | 'refused' | 'ended' | 'lost' {
  switch (code) {
    case OFFSET_OUT_OF_RANGE:
      return 'reset';
    case 29:
      return 'refused'; // TOPIC_AUTHORIZATION_FAILED
    // Leader moved, epoch fenced or unknown, storage trouble, or the topic is gone: metadata tells which.
    case 3:
    case 5:
    case 6:
    case 9:
    case 56:
    case 74:
    case 75:
    case 76:
    case 100:
    case 103:
      return 'refresh';
    default:
      return 'lost';
  }
}
