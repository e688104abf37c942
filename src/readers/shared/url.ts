/** The parts of a broker URL that a reader needs, with offsets into the URL's text. */
export interface BrokerUrl {
  readonly scheme: string;
  readonly host: string;
  readonly path: string;
  readonly user?: { readonly text: string; readonly start: number; readonly end: number };
  readonly password?: { readonly text: string; readonly start: number; readonly end: number };
  /** The URL without user info: safe to show. */
  readonly shown: string;
}

/**
 * Takes a URL apart without decoding its places. `user:password@` is found up to the last `@`
 * before the path, as RFC 3986 §3.2.1 allows no other reading that clients agree on.
 */
export function parseBrokerUrl(url: string): BrokerUrl {
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(url);
  const from = scheme?.[0].length ?? 0;
  const stop = url.slice(from).search(/[/?#]/);
  const authorityEnd = stop < 0 ? url.length : from + stop;
  const at = url.slice(from, authorityEnd).lastIndexOf('@');
  const hostStart = at < 0 ? from : from + at + 1;
  const tail = url.slice(authorityEnd);
  const query = tail.search(/[?#]/);
  const base = {
    scheme: (scheme?.[1] ?? '').toLowerCase(),
    host: url.slice(hostStart, authorityEnd),
    path: query < 0 ? tail : tail.slice(0, query),
    shown: url.slice(0, from) + url.slice(hostStart),
  };
  if (at < 0) return base;
  const info = url.slice(from, from + at);
  const colon = info.indexOf(':');
  const userEnd = colon < 0 ? info.length : colon;
  const user = { text: info.slice(0, userEnd), start: from, end: from + userEnd };
  if (colon < 0) return { ...base, user };
  const password = { text: info.slice(colon + 1), start: from + colon + 1, end: from + at };
  return { ...base, user, password };
}

/** True for hosts that only this machine reaches. */
export function isLoopback(host: string): boolean {
  const name = host.replace(/:\d+$/, '').replace(/^\[|\]$/g, '').toLowerCase();
  return name === 'localhost' || name === '::1' || name === '0.0.0.0' || /^127(\.\d+){3}$/.test(name);
}
