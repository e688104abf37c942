import { request as requestPlain } from 'node:http';
import { request as requestTls } from 'node:https';
import { BrokerError, type BrokerErrorKind, type ConnectOptions } from '../driver';
import { brokerError } from '../failure';
import { readTlsFiles, type TlsMaterial } from '../tlsFiles';
import { signInOf } from './client';

const CALL_WITHIN = 5000;

const KINDS: Readonly<Record<number, BrokerErrorKind>> = {
  401: 'authentication',
  403: 'authorization',
  404: 'missing',
};

/** Asks the management API for a path below `/api`; rejects with a BrokerError. Never writes. */
export type Ask = <T>(path: string) => Promise<T>;

/**
 * A reader of one management API, over HTTP or over TLS with the connection's own certificates. Its
 * user is that of the connection, unless the URL names another.
 */
export function managementAsk(options: ConnectOptions, url: string): Ask {
  let base: URL;
  try {
    base = new URL(url);
  } catch (error) {
    throw new BrokerError('other', `The management URL is not of the form http://host:15672.`, { cause: error });
  }
  const where = `RabbitMQ’s management API at ${base.host}`;
  const authorization = authorizationOf(options, base);
  base.username = '';
  base.password = '';
  const root = `${base.href.replace(/\/$/, '')}/api`;
  let material: Promise<TlsMaterial> | undefined;
  return async <T>(path: string): Promise<T> => {
    try {
      material ??= base.protocol === 'https:' ? readTlsFiles(options) : Promise.resolve({});
      const { status, body } = await get(`${root}/${path}`, authorization, await material);
      if (status === 200) return JSON.parse(body) as T;
      const reason = /"reason"\s*:\s*"([^"]*)"/.exec(body)?.[1] ?? (status === 401 ? 'Unauthorized' : 'no reason');
      throw new BrokerError(
        KINDS[status] ?? (status >= 300 && status < 400 ? 'protocol' : 'other'),
        `${where} answered ${status}: ${reason}${advice(status)}.`,
      );
    } catch (error) {
      material = undefined;
      throw error instanceof SyntaxError
        ? new BrokerError('protocol', `${where} does not answer in JSON: is it another server?`, { cause: error })
        : brokerError(error, where, 'port');
    }
  };
}

function advice(status: number): string {
  if (status === 401) return '; its user needs the right password and the tag management';
  if (status === 403) return '; its user needs the tag monitoring or rights on the vhost';
  return '';
}

function authorizationOf(options: ConnectOptions, base: URL): string | undefined {
  const signIn = signInOf(options);
  const user = decodeURIComponent(base.username) || (signIn.by === 'password' ? signIn.user : '');
  const password = decodeURIComponent(base.password) || (signIn.by === 'password' ? signIn.password : '');
  return user === '' ? undefined : `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
}

/** Redirects are not followed: the credentials would go to a place that nobody named. */
function get(
  url: string,
  authorization: string | undefined,
  material: TlsMaterial,
): Promise<{ readonly status: number; readonly body: string }> {
  return new Promise((resolve, reject) => {
    const send = url.startsWith('https:') ? requestTls : requestPlain;
    const request = send(
      url,
      {
        ...material,
        headers: { accept: 'application/json', ...(authorization === undefined ? {} : { authorization }) },
        signal: AbortSignal.timeout(CALL_WITHIN),
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString('utf8') }),
        );
      },
    );
    request.on('error', reject);
    request.end();
  });
}
