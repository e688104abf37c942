import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePorts } from '../../../scripts/support/ports.mjs';
import type { RunningBroker } from './broker';
import { startRabbit } from './rabbitmq';

const openssl = async (...args: string[]): Promise<void> => {
  await promisify(execFile)('openssl', args);
};

/** A RabbitMQ that also listens with TLS, and the certificates that lead in. */
export interface RabbitWithTls {
  readonly broker: RunningBroker;
  /** Takes clients with and without a certificate; EXTERNAL is on. */
  readonly tlsPort: number;
  /** The management API over TLS. */
  readonly httpsPort: number;
  /** PEM files by name: `ca`, `client`, `clientKey`, `clientKeyLocked` (its passphrase is `open sesame`). */
  readonly files: Readonly<Record<'ca' | 'client' | 'clientKey' | 'clientKeyLocked' | 'expired' | 'expiredKey', string>>;
  stop(): Promise<void>;
}

export const PASSPHRASE = 'open sesame';

/** Starts it with certificates of a CA made for it; the client's is for the user `watcher`. */
export async function startRabbitWithTls(): Promise<RabbitWithTls> {
  const dir = await mkdtemp(join(tmpdir(), 'tailrace-rabbit-tls-'));
  const at = (name: string): string => join(dir, name);
  await openssl(
    ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=Tailrace tests'],
    ...['-keyout', at('ca.key'), '-out', at('ca.pem')],
  );
  const issue = async (name: string, commonName: string, names: string, days: string): Promise<void> => {
    await openssl(
      ...['req', '-newkey', 'rsa:2048', '-nodes', '-subj', `/CN=${commonName}`],
      ...['-keyout', at(`${name}.key`), '-out', at(`${name}.csr`)],
    );
    await writeFile(at(`${name}.ext`), `subjectAltName=${names}\n`);
    await openssl(
      ...['x509', '-req', '-in', at(`${name}.csr`), '-CA', at('ca.pem'), '-CAkey', at('ca.key'), '-CAcreateserial'],
      ...['-days', days, '-extfile', at(`${name}.ext`), '-out', at(`${name}.pem`)],
    );
  };
  await issue('server', 'localhost', 'DNS:localhost,IP:127.0.0.1', '2');
  await issue('client', 'watcher', 'DNS:watcher', '2');
  await issue('expired', 'localhost', 'DNS:localhost,IP:127.0.0.1', '-1');
  await openssl('rsa', '-aes256', '-in', at('client.key'), '-passout', `pass:${PASSPHRASE}`, '-out', at('locked.key'));

  const [tlsPort, httpsPort] = await freePorts(2);
  const broker = await startRabbit({
    plugins: ['rabbitmq_auth_mechanism_ssl'],
    conf: [
      `listeners.ssl.1 = 127.0.0.1:${tlsPort}`,
      `ssl_options.cacertfile = ${at('ca.pem')}`,
      `ssl_options.certfile = ${at('server.pem')}`,
      `ssl_options.keyfile = ${at('server.key')}`,
      'ssl_options.verify = verify_peer',
      'ssl_options.fail_if_no_peer_cert = false',
      'auth_mechanisms.1 = PLAIN',
      'auth_mechanisms.2 = EXTERNAL',
      'ssl_cert_login_from = common_name',
      'management.ssl.ip = 127.0.0.1',
      `management.ssl.port = ${httpsPort}`,
      `management.ssl.cacertfile = ${at('ca.pem')}`,
      `management.ssl.certfile = ${at('server.pem')}`,
      `management.ssl.keyfile = ${at('server.key')}`,
    ],
  });
  return {
    broker,
    tlsPort: tlsPort!,
    httpsPort: httpsPort!,
    files: {
      ca: at('ca.pem'),
      client: at('client.pem'),
      clientKey: at('client.key'),
      clientKeyLocked: at('locked.key'),
      expired: at('expired.pem'),
      expiredKey: at('expired.key'),
    },
    stop: async () => {
      await broker.stop();
      await rm(dir, { recursive: true, force: true });
    },
  };
}
