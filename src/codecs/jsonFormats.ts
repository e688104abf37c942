import { isIPv4, isIPv6 } from 'node:net';

/**
 * The formats of JSON Schema that are checked; others are left alone. Each takes what its RFC takes, or
 * a little more where the whole grammar helps nobody.
 */
export const jsonFormats: Readonly<Record<string, (text: string) => boolean>> = {
  // RFC 3339; a leap second is taken at any time of day.
  'date-time': (text) => /^.{10}t/i.test(text) && isDate(text.slice(0, 10)) && isTime(text.slice(11)),
  date: isDate,
  time: isTime,
  // RFC 5321, without the addresses in brackets.
  email: (text) => text.length <= 320 && /^(?:"[^"]{1,62}"|[^\s@"]{1,64})@[^\s@"]+$/.test(text),
  // RFC 3986: a scheme, and only characters that a URI has.
  uri: (text) => /^[a-z][a-z\d+.-]*:[\w.~:/?#[\]@!$&'()*+,;=%-]*$/i.test(text) && !/%(?![\da-f]{2})/i.test(text),
  uuid: (text) => /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(text),
  ipv4: isIPv4,
  // A zone is no part of the address.
  ipv6: (text) => !text.includes('%') && isIPv6(text),
  // RFC 1123.
  hostname: (text) => text.length <= 253 && text.split('.').every((label) => /^[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?$/i.test(label)),
};

function isDate(text: string): boolean {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return false;
  const day = new Date(`${text}T00:00:00Z`);
  // A day that its month does not have would become one of the next month.
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
}

function isTime(text: string): boolean {
  return /^(?:[01]\d|2[0-3]):[0-5]\d:(?:[0-5]\d|60)(?:\.\d+)?(?:z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/i.test(text);
}
