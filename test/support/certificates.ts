import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** A certificate with its key, as absolute paths of PEM files. */
export interface CertifiedKey {
  readonly cert: string;
  readonly key: string;
}

/** Certificates of a CA of our own, made anew for each run. */
export interface Certificates {
  readonly ca: string;
  /** For `localhost` and 127.0.0.1. */
  readonly server: CertifiedKey;
  /** With the common name `ann`. */
  readonly client: CertifiedKey;
  /** The same with its key encrypted. */
  readonly encryptedClient: CertifiedKey;
  readonly passphrase: string;
  /** For another host. */
  readonly otherHost: CertifiedKey;
  /** Was valid until yesterday. */
  readonly expired: CertifiedKey;
  /** A CA that signed nothing of these. */
  readonly otherCa: string;
  /** With the common name `ann`, of the other CA. */
  readonly strangeClient: CertifiedKey;
}

const run = promisify(execFile);

/** Makes them in a folder, which is created if need be; takes openssl in PATH. */
export async function makeCertificates(dir: string): Promise<Certificates> {
  await mkdir(dir, { recursive: true });
  const openssl = async (...args: string[]): Promise<void> => void (await run('openssl', args, { cwd: dir }));
  const path = (name: string): string => join(dir, name);
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

  const authority = async (name: string): Promise<void> =>
    openssl('req', '-x509', ...newKey, '-keyout', `${name}.key`, '-out', `${name}.pem`, '-days', '30',
      '-subj', `/CN=Tailrace test ${name}`, '-addext', 'basicConstraints=critical,CA:TRUE');

  const certified = async (name: string, subject: string, by: string, names?: string, days = 30): Promise<CertifiedKey> => {
    await openssl('req', ...newKey, '-keyout', `${name}.key`, '-out', `${name}.csr`, '-subj', subject);
    await writeFile(path(`${name}.ext`), names === undefined
      ? 'extendedKeyUsage=clientAuth\n'
      : `subjectAltName=${names}\nextendedKeyUsage=serverAuth\n`);
    await openssl('x509', '-req', '-in', `${name}.csr`, '-CA', `${by}.pem`, '-CAkey', `${by}.key`,
      '-CAcreateserial', '-out', `${name}.pem`, '-days', String(days), '-extfile', `${name}.ext`);
    return { cert: path(`${name}.pem`), key: path(`${name}.key`) };
  };

  await Promise.all([authority('ca'), authority('other-ca')]);
  const here = 'DNS:localhost,IP:127.0.0.1';
  // One after another, since they share the file of serial numbers.
  const server = await certified('server', '/CN=localhost', 'ca', here);
  const client = await certified('client', '/CN=ann', 'ca');
  const otherHost = await certified('other-host', '/CN=broker.example', 'ca', 'DNS:broker.example');
  const expired = await certified('expired', '/CN=localhost', 'ca', here, -1);
  const strangeClient = await certified('strange-client', '/CN=ann', 'other-ca');
  const passphrase = 'open sesame';
  await openssl('pkcs8', '-topk8', '-in', 'client.key', '-out', 'encrypted.key', '-passout', `pass:${passphrase}`);
  return {
    ca: path('ca.pem'),
    server,
    client,
    encryptedClient: { cert: client.cert, key: path('encrypted.key') },
    passphrase,
    otherHost,
    expired,
    otherCa: path('other-ca.pem'),
    strangeClient,
  };
}
