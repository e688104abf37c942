import type { ConnectOptions } from './driver';
import { readNamedFile } from './namedFile';

/** What Node's TLS takes, read from the files that the user named. */
export interface TlsMaterial {
  readonly ca?: Buffer;
  readonly cert?: Buffer;
  readonly key?: Buffer;
  readonly passphrase?: string;
  /** False takes any certificate. */
  readonly rejectUnauthorized?: false;
}

/**
 * Reads certificates and key anew, so that renewed ones hold from the next connection on.
 * @throws BrokerError `tls` that names the file which cannot be read.
 */
export async function readTlsFiles(options: ConnectOptions): Promise<TlsMaterial> {
  const { ca, cert, key } = options.tlsFiles ?? {};
  return {
    ...(ca === undefined ? {} : { ca: await readNamedFile(ca, 'CA certificate', 'tls') }),
    ...(cert === undefined ? {} : { cert: await readNamedFile(cert, 'client certificate', 'tls') }),
    // One file often holds both.
    ...(cert === undefined ? {} : { key: await readNamedFile(key ?? cert, 'client key', 'tls') }),
    ...(options.passphrase === undefined ? {} : { passphrase: options.passphrase }),
    ...(options.unverified === true ? { rejectUnauthorized: false } : {}),
  };
}
