import { BrokerError, type BrokerErrorKind, type ConnectOptions } from '../driver';
import { brokerError, wordsOf } from '../failure';
import { tlsFault } from '../tlsFailure';
import type { Diagnosis } from './diagnose';

/** Reply codes: AMQP 0-9-1, 1.2 Reply Codes, and RabbitMQ's use of 403 and 530 while signing in. */
export function amqpError(error: unknown, where: string): BrokerError {
  if (error instanceof BrokerError) return error;
  const words = wordsOf(error);
  const code = (error as { code?: unknown }).code;
  const reply = typeof code === 'number' ? code : Number(/\b(3\d\d|4\d\d|5\d\d) \(/.exec(words)?.[1] ?? NaN);
  // After a crash a stream or quorum queue is “not found” until its leader is back.
  if (/is down or inaccessible/.test(words)) return brokerError(error, where, 'other');
  if (reply === 403) return brokerError(error, where, 'authorization');
  if (reply === 404) return brokerError(error, where, 'missing');
  if (reply === 530)
    return brokerError(error, where, /vhost .* not found/.test(words) ? 'missing' : 'authorization');
  return brokerError(error, where, Number.isNaN(reply) ? 'other' : 'protocol');
}

/** Why a connection did not come about: the step that failed, and what to change, in one sentence. */
export function signInError(
  error: unknown,
  where: string,
  options: ConnectOptions,
  diagnosis?: Diagnosis,
): BrokerError {
  if (error instanceof BrokerError && error.kind !== 'port') return error;
  const words = wordsOf(error);
  const vhost = /\/\/[^/?#]*\/([^?#]*)/.exec(options.url)?.[1] || '/';
  const told = (kind: BrokerErrorKind, text: string): BrokerError =>
    new BrokerError(kind, text, { cause: error });
  const byDiagnosis = diagnosis && diagnosisError(diagnosis, where, vhost, told);
  if (byDiagnosis) return byDiagnosis;
  if (/ACCESS.REFUSED.*(login|handshake)|Handshake terminated by server: 403/i.test(words)) {
    const own = /(ACCESS_REFUSED - [^."]*)/.exec(words)?.[1] ?? 'ACCESS_REFUSED';
    return told(
      'authentication',
      /EXTERNAL/.test(words)
        ? `${where} refused the sign-in by certificate (${own}): it needs a user that is named like the certificate ` +
            '(its common name or its subject, as ssl_cert_login_from says), or give user and password.'
        : `${where} refused the sign-in of ${options.user ?? 'guest'} (${own}): check user and password; guest may ` +
            'sign in from the broker’s own machine only.',
    );
  }
  if (/SASL mechanism (\S+) is not provided/.test(words)) {
    return told(
      'authentication',
      options.user === undefined
        ? `${where} does not take a sign-in by certificate: enable the plugin rabbitmq_auth_mechanism_ssl and the ` +
            'mechanism EXTERNAL there, or give user and password.'
        : `${where} does not take user and password (the mechanism PLAIN): sign in with a client certificate, without a user.`,
    );
  }
  if (/wrong version number|packet length too long/i.test(words)) {
    return told(
      'tls',
      `${where} does not speak TLS on this port: use amqp:// without TLS, or the port with TLS (usually 5671).`,
    );
  }
  const fault = tlsFault(error, where, options);
  return fault === undefined ? amqpError(error, where) : told('tls', fault);
}

function diagnosisError(
  diagnosis: Diagnosis,
  where: string,
  vhost: string,
  told: (kind: BrokerErrorKind, text: string) => BrokerError,
): BrokerError | undefined {
  switch (diagnosis.saw) {
    case 'close':
      return /vhost .*not found/.test(diagnosis.text)
        ? told(
            'missing',
            `${where} has no vhost ${vhost} (${diagnosis.text}): check the name behind the port, percent-encoded ` +
              '(/ is %2F).',
          )
        : told(
            'authorization',
            `${where} does not open the vhost ${vhost} (${diagnosis.text}): give the user permissions on it, or ` +
              'name a vhost that it may open.',
          );
    case 'tls':
      return told('tls', `${where} answers in TLS on this port: use amqps://, or the port without TLS (usually 5672).`);
    case 'http':
      return told(
        'protocol',
        `${where} speaks HTTP on this port, as the management API does: use the port for AMQP (usually 5672, or 5671 with TLS).`,
      );
    case 'nats':
      return told('protocol', `${where} is a NATS server: use the port of RabbitMQ for AMQP (usually 5672).`);
    case 'amqp-version':
      return told(
        'protocol',
        `${where} speaks another version of AMQP: Tailrace speaks 0-9-1, which RabbitMQ takes on port 5672.`,
      );
    case 'bytes':
    case 'end':
      return told(
        'protocol',
        `${where} does not speak AMQP 0-9-1 on this port (it ${diagnosis.saw === 'end' ? 'hangs up' : 'answers in another protocol'}): ` +
          'use the port for AMQP (usually 5672, or 5671 with TLS).',
      );
    case 'nothing':
      return undefined;
  }
}

/** A lost connection's reason, or that there was none. */
export function lossReason(error: unknown, where: string): string {
  if (error === undefined) return `${where} closed the connection.`;
  if (/Heartbeat timeout/.test(String(error))) {
    return `${where} has not been heard for two heartbeats: the network is cut or stalls.`;
  }
  if (/CONNECTION_FORCED/.test(String(error))) {
    const own = /CONNECTION_FORCED - ([^"]*)/.exec(String(error))?.[1];
    return `${where} closed the connection (CONNECTION_FORCED${own ? `: ${own}` : ''}).`;
  }
  // With a reset the system's own error comes in place of amqplib's.
  if (/Unexpected close|ECONNRESET|EPIPE/.test(String(error))) {
    return `The connection to ${where} was cut (${wordsOf(error)}).`;
  }
  return amqpError(error, where).message;
}
