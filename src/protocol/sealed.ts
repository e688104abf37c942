import {
  createCipheriv,
  createDecipheriv,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  hkdfSync,
  randomBytes,
} from 'node:crypto';
import type { KeyObject } from 'node:crypto';

/**
 * A text that only the asker can read. Between client and server everything may be traced into a
 * log (`tailrace.trace.server`), so secrets cross sealed. Node only; all strings are base64.
 */
export interface Sealed {
  /** The sealer's half of the key, made for this one text. */
  readonly key: string;
  readonly iv: string;
  readonly tag: string;
  readonly text: string;
}

/** The asker's side: the public half goes with the request, `open` reads the answer. */
export interface Opener {
  readonly publicKey: string;
  /** @throws where the answer was sealed for another, or changed on its way */
  open(sealed: Sealed): string;
}

export function newOpener(): Opener {
  const { publicKey, privateKey } = generateKeyPairSync('x25519');
  return {
    publicKey: exported(publicKey),
    open: ({ key, iv, tag, text }) => {
      const secret = sharedSecret(privateKey, imported(key));
      const decipher = createDecipheriv('aes-256-gcm', secret, Buffer.from(iv, 'base64'));
      decipher.setAuthTag(Buffer.from(tag, 'base64'));
      return Buffer.concat([decipher.update(Buffer.from(text, 'base64')), decipher.final()]).toString('utf8');
    },
  };
}

/** Seals a text for the one who holds the other half of `publicKey`. */
export function seal(text: string, publicKey: string): Sealed {
  const own = generateKeyPairSync('x25519');
  const iv = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', sharedSecret(own.privateKey, imported(publicKey)), iv);
  const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return {
    key: exported(own.publicKey),
    iv: iv.toString('base64'),
    tag: cipher.getAuthTag().toString('base64'),
    text: sealed.toString('base64'),
  };
}

function sharedSecret(privateKey: KeyObject, publicKey: KeyObject): Buffer {
  const secret = diffieHellman({ privateKey, publicKey });
  return Buffer.from(hkdfSync('sha256', secret, '', 'tailrace sealed', 32));
}

function exported(key: KeyObject): string {
  return key.export({ type: 'spki', format: 'der' }).toString('base64');
}

function imported(key: string): KeyObject {
  return createPublicKey({ key: Buffer.from(key, 'base64'), type: 'spki', format: 'der' });
}
