import { readFile } from 'node:fs/promises';
import { request as requestPlain } from 'node:http';
import { request as requestTls } from 'node:https';
import { rootCertificates } from 'node:tls';
import { BrokerError, type ConnectOptions } from '../driver';
import { brokerError } from '../failure';
import type { Token } from './token';

type OauthClient = NonNullable<ConnectOptions['oauth']>;

const TIMEOUT = 10_000;
const MAX_ANSWER = 1024 * 1024;

/**
 * A token for the client's own credentials (RFC 6749 §4.4). Id and secret go into the `Authorization`
 * header, are sent to that address only, and redirects are not followed.
 * @param ca path of a PEM file that is trusted besides the usual roots
 */
export async function oauthToken(client: OauthClient, ca: string | undefined): Promise<Token> {
  const url = endpointOf(client);
  const form = new URLSearchParams({ grant_type: 'client_credentials' });
  if (client.scope) form.set('scope', client.scope);
  if (client.clientSecret === undefined) form.set('client_id', client.clientId);
  const { status, body } = await post(url, form.toString(), client, ca);
  const answer = jsonOf(body);
  if (status !== 200 || typeof answer.access_token !== 'string')
    throw new BrokerError('authentication', refusal(url, status, answer));
  const seconds = Number(answer.expires_in);
  return {
    value: answer.access_token,
    expires: seconds > 0 ? Date.now() + seconds * 1000 : expiryOf(answer.access_token),
  };
}

/** When a JWT expires, in milliseconds since 1970; undefined for other tokens. */
export function expiryOf(token: string): number | undefined {
  const [, payload] = token.split('.');
  if (payload === undefined) return undefined;
  const { exp } = jsonOf(Buffer.from(payload, 'base64url').toString('utf8'));
  return typeof exp === 'number' ? exp * 1000 : undefined;
}

function endpointOf(client: OauthClient): URL {
  const url = URL.canParse(client.tokenEndpoint) ? new URL(client.tokenEndpoint) : undefined;
  const local = url !== undefined && /^(localhost|127(\.\d+){3}|\[::1\])$/.test(url.hostname);
  if (url?.protocol === 'https:' || (url?.protocol === 'http:' && local)) return url;
  throw new BrokerError(
    'authentication',
    'The token endpoint must be an https address, since the client’s secret is sent to it: change it in the connection.',
  );
}

function refusal(url: URL, status: number, answer: Record<string, unknown>): string {
  // Both are for people to read (RFC 6749 §5.2); the rest of the answer may hold what is secret.
  const words = [answer.error, answer.error_description]
    .filter((w) => typeof w === 'string')
    .join(': ')
    .slice(0, 300);
  return (
    `The token endpoint ${url.host} gave no token (HTTP ${status}${words ? `, ${words}` : ''}): check its address, ` +
    'the client id, the client secret and the scope.'
  );
}

function jsonOf(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}

async function post(
  url: URL,
  form: string,
  { clientId, clientSecret }: OauthClient,
  ca: string | undefined,
): Promise<{ status: number; body: string }> {
  const secure = url.protocol === 'https:';
  const own = secure && ca !== undefined ? await readFile(ca, 'utf8').catch(() => undefined) : undefined;
  const basic = [clientId, clientSecret ?? ''].map(encodeURIComponent).join(':');
  return new Promise((resolve, reject) => {
    const fail = (error: Error): void => reject(brokerError(error, `the token endpoint ${url.host}`, 'other'));
    const request = (secure ? requestTls : requestPlain)(
      url,
      {
        method: 'POST',
        signal: AbortSignal.timeout(TIMEOUT),
        headers: {
          accept: 'application/json',
          'content-type': 'application/x-www-form-urlencoded',
          ...(clientSecret === undefined
            ? {}
            : { authorization: `Basic ${Buffer.from(basic).toString('base64')}` }),
        },
        ...(own === undefined ? {} : { ca: [...rootCertificates, own] }),
      },
      (response) => {
        let body = '';
        response.setEncoding('utf8');
        response.on('data', (piece: string) => {
          body += piece;
          if (body.length > MAX_ANSWER) response.destroy(new Error('its answer is longer than 1 MiB'));
        });
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
        response.on('error', fail);
      },
    );
    request.on('error', fail);
    request.end(form);
  });
}
