/** A decimal's bytes are its digits as one signed number, the highest byte first; the scale is the schema's. */
export function decimalText(bytes: Uint8Array, scale: number): string {
  // Converting thousands of digits takes quadratic time; nobody's amounts have them.
  if (bytes.length > MAX_DECIMAL || !(scale >= 0 && scale <= MAX_SCALE)) return `${bytes.length} bytes`;
  let unscaled = 0n;
  for (const b of bytes) unscaled = (unscaled << 8n) | BigInt(b);
  unscaled = BigInt.asIntN(8 * bytes.length, unscaled);
  const digits = String(unscaled < 0n ? -unscaled : unscaled).padStart(scale + 1, '0');
  const point = digits.length - scale;
  return `${unscaled < 0n ? '-' : ''}${digits.slice(0, point)}${scale > 0 ? `.${digits.slice(point)}` : ''}`;
}

const MAX_DECIMAL = 256;
const MAX_SCALE = 1000;

/** The bytes of what `decimalText` gives, as few as hold it or `size`; undefined where it is no such number. */
export function decimalBytes(text: string, scale: number, size?: number): Uint8Array | undefined {
  const match = /^(-?)(\d{1,500})(?:\.(\d{1,500}))?$/.exec(text);
  if (!match || (match[3] ?? '').length > scale) return undefined;
  const digits = BigInt(match[2]! + (match[3] ?? '').padEnd(scale, '0'));
  const unscaled = match[1] === '-' ? -digits : digits;
  let length = size ?? 1;
  if (size === undefined) while (BigInt.asIntN(8 * length, unscaled) !== unscaled) length++;
  if (BigInt.asIntN(8 * length, unscaled) !== unscaled) return undefined;
  return Buffer.from(BigInt.asUintN(8 * length, unscaled).toString(16).padStart(2 * length, '0'), 'hex');
}

/** A uuid of 16 bytes, the highest first (RFC 9562 §4); one that is a string is its text already. */
export function uuidText(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

export function uuidBytes(text: string): Uint8Array | undefined {
  return /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(text) ? Buffer.from(text.replaceAll('-', ''), 'hex') : undefined;
}
