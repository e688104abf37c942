import type { ConnectOptions } from './driver';
import { wordsOf } from './failure';

/**
 * What was wrong with certificates and keys, in one sentence with what to change; undefined where it was
 * something else.
 */
export function tlsFault(error: unknown, where: string, options: ConnectOptions): string | undefined {
  const words = wordsOf(error);
  if (/bad decrypt|interrupted or cancelled|passphrase|bad password read/i.test(words)) {
    return (
      `The client key ${options.tlsFiles?.key ?? options.tlsFiles?.cert ?? ''} cannot be opened with the ` +
      'passphrase given: enter its passphrase.'
    );
  }
  if (/no start line|PEM routines|asn1|DECODER routines|key values mismatch/i.test(words)) {
    return `A certificate or key of the connection is no usable PEM file (${words}): name the right files.`;
  }
  if (/certificate has expired/i.test(words)) {
    return `The certificate of ${where} has expired: it has to be renewed there.`;
  }
  if (/not yet valid/i.test(words)) {
    return `The certificate of ${where} is not valid yet: check the clocks of both machines.`;
  }
  if (/altnames/i.test(words)) {
    const names = /altnames: ((?:DNS|IP Address):\S.*)$/.exec(words)?.[1];
    const whose = names === undefined ? 'other names' : `other names (${names})`;
    return `The certificate of ${where} is for ${whose}: use an address that is in it.`;
  }
  if (/self.signed cert|unable to (verify|get (local )?issuer)/i.test(words)) {
    return (
      `The certificate of ${where} is not of a CA that is trusted here (${words}): name the CA’s PEM file in ` +
      'the connection.'
    );
  }
  const alert = /alert ([a-z ]+?)(?=:|$)/i.exec(words)?.[1] ?? (/handshake failure/i.test(words) ? 'failure' : undefined);
  if (alert !== undefined) return refusedHandshake(where, options, alert);
  return undefined;
}

/** @param alert what the server gave as its reason, if anything */
export function refusedHandshake(where: string, options: ConnectOptions, alert?: string): string {
  const why = alert === undefined ? '' : ` (${alert})`;
  return options.tlsFiles?.cert === undefined
    ? `${where} refused the TLS handshake${why}: it may want a client certificate; name one with its key in the connection.`
    : `${where} refused the client certificate${why}: it has to be valid and of a CA that the broker trusts.`;
}
