import { open } from 'node:fs/promises';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { reasonOf } from './reason';

/** A path as drivers take it; `~` is the user's home folder. */
export function absolute(path: string): string {
  return /^~(?=$|[/\\])/.test(path) ? join(homedir(), path.slice(1)) : path;
}

/** What a file is to hold, by the line that it begins with. */
export type KeyFileKind = 'certificate' | 'key' | 'credentials';

const MARKS: Readonly<Record<KeyFileKind, { readonly mark: RegExp; readonly what: string }>> = {
  certificate: { mark: /-----BEGIN (TRUSTED |X509 )?CERTIFICATE-----/, what: 'a PEM certificate' },
  key: { mark: /-----BEGIN ([A-Z]+ )*PRIVATE KEY-----/, what: 'a private key in PEM' },
  credentials: { mark: /-----BEGIN NATS USER JWT-----/, what: 'NATS credentials (a .creds file)' },
};

/** Long enough for a chain of certificates with their descriptions before the first one. */
const LOOKED_AT = 64 * 1024;

/** What is wrong with a file that the user names, as a sentence with what to do; undefined for nothing. */
export async function keyFileFault(path: string, kind: KeyFileKind): Promise<string | undefined> {
  const full = absolute(path.trim());
  if (!full) return 'Name a file, or choose one with the button at the top.';
  if (!isAbsolute(full)) return 'Write the whole path, from the root or from ~.';
  let head: Buffer;
  try {
    head = await beginning(full);
  } catch (error) {
    return `The file cannot be read: ${reasonOf(error)}.`;
  }
  const { mark, what } = MARKS[kind];
  if (mark.test(head.toString('latin1'))) return undefined;
  const store = storeKind(head);
  return store === undefined ? `This file holds no ${what.replace(/^an? /, '')}.` : storeAdvice(store, kind);
}

async function beginning(path: string): Promise<Buffer> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(LOOKED_AT), 0, LOOKED_AT, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

/** Key stores of Java (JKS begins with FEEDFEED) and PKCS #12, which is a DER sequence. */
function storeKind(head: Buffer): 'JKS' | 'PKCS12' | undefined {
  if (head.length >= 4 && head.readUInt32BE(0) === 0xfeedfeed) return 'JKS';
  return head[0] === 0x30 && (head[1] ?? 0) >= 0x80 ? 'PKCS12' : undefined;
}

/** A store cannot be read here; how to make PEM of it. */
function storeAdvice(store: 'JKS' | 'PKCS12', kind: KeyFileKind): string {
  const of = kind === 'key'
    ? 'openssl pkcs12 -in store.p12 -nocerts -out key.pem'
    : 'keytool -exportcert -rfc -keystore store -alias NAME -file ca.pem';
  return `This is a ${store === 'JKS' ? 'Java key store (JKS)' : 'PKCS #12 store'}; PEM is needed. Make it with: ${of}`;
}
