/**
 * True if a RabbitMQ password hash is that of the password "guest": base64 of a 4 byte salt followed
 * by SHA-256 over salt and password (docs/passwords). Other algorithms are not judged.
 */
export function isGuestHash(hash: string, algorithm = 'rabbit_password_hashing_sha256'): boolean {
  if (algorithm !== 'rabbit_password_hashing_sha256') return false;
  const bytes = fromBase64(hash);
  if (bytes.length !== 36) return false;
  const digest = sha256([...bytes.slice(0, 4), ...[...'guest'].map((c) => c.charCodeAt(0))]);
  return digest.every((byte, i) => byte === bytes[4 + i]);
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

function fromBase64(text: string): number[] {
  const bytes: number[] = [];
  let bits = 0;
  let size = 0;
  for (const c of text.replace(/=+$/, '')) {
    const value = alphabet.indexOf(c);
    if (value < 0) return [];
    bits = ((bits << 6) | value) & 0xffff;
    size += 6;
    if (size >= 8) {
      size -= 8;
      bytes.push((bits >> size) & 0xff);
    }
  }
  return bytes;
}

/** FIPS 180-4 for a message of one block (at most 55 bytes); the core has no crypto library to ask. */
function sha256(message: readonly number[]): number[] {
  const block = [...message, 0x80, ...new Array<number>(63 - message.length).fill(0)];
  block[62] = (message.length * 8) >> 8;
  block[63] = (message.length * 8) & 0xff;
  const primes = firstPrimes(64);
  const w = new Array<number>(64).fill(0);
  for (let i = 0; i < 16; i++) {
    const [a, b] = [at(block, 4 * i), at(block, 4 * i + 1)];
    w[i] = (a << 24) | (b << 16) | (at(block, 4 * i + 2) << 8) | at(block, 4 * i + 3);
  }
  for (let i = 16; i < 64; i++) {
    const [a, b] = [at(w, i - 15), at(w, i - 2)];
    const s0 = rotate(a, 7) ^ rotate(a, 18) ^ (a >>> 3);
    const s1 = rotate(b, 17) ^ rotate(b, 19) ^ (b >>> 10);
    w[i] = (at(w, i - 16) + s0 + at(w, i - 7) + s1) | 0;
  }
  const start = primes.slice(0, 8).map((p) => fraction(Math.sqrt(p)));
  let [a, b, c, d, e, f, g, h] = start as [number, number, number, number, number, number, number, number];
  for (let i = 0; i < 64; i++) {
    const k = fraction(Math.cbrt(at(primes, i)));
    const t1 = (h + (rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)) + ((e & f) ^ (~e & g)) + k + at(w, i)) | 0;
    const t2 = ((rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + t1) | 0, c, b, a, (t1 + t2) | 0];
  }
  return [a, b, c, d, e, f, g, h].flatMap((word, i) => {
    const sum = (word + at(start, i)) | 0;
    return [(sum >>> 24) & 0xff, (sum >>> 16) & 0xff, (sum >>> 8) & 0xff, sum & 0xff];
  });
}

/** The first 32 bits of a number's fractional part: the standard's constants are defined so. */
function fraction(x: number): number {
  return ((x - Math.floor(x)) * 2 ** 32) | 0;
}

function firstPrimes(count: number): number[] {
  const primes: number[] = [];
  for (let n = 2; primes.length < count; n++) if (primes.every((p) => n % p !== 0)) primes.push(n);
  return primes;
}

function rotate(x: number, by: number): number {
  return (x >>> by) | (x << (32 - by));
}

function at(list: readonly number[], i: number): number {
  return list[i] ?? 0;
}
