const durationUnits: Readonly<Record<string, number>> = {
  ns: 1e-6, us: 1e-3, 'µs': 1e-3, ms: 1, s: 1e3, m: 60e3, min: 60e3, h: 3600e3, d: 86400e3, w: 604800e3,
};

const sizeUnits: Readonly<Record<string, number>> = {
  b: 1, kb: 1e3, mb: 1e6, gb: 1e9, tb: 1e12, kib: 2 ** 10, mib: 2 ** 20, gib: 2 ** 30, tib: 2 ** 40,
  k: 2 ** 10, m: 2 ** 20, g: 2 ** 30, t: 2 ** 40,
};

/**
 * Milliseconds of a duration: `7d`, `500ms`, `1h30m`, a bare number (milliseconds), or -1 for
 * "unlimited", as Kafka writes it. Undefined for anything else.
 */
export function parseDuration(written: string | number): number | undefined {
  return parseUnits(written, durationUnits, /(\d+(?:\.\d+)?)\s*(ns|us|µs|ms|min|s|m|h|d|w)/gy);
}

/**
 * Bytes of a size: `10MiB`, `1GB`, a bare number (bytes), or -1 for "unlimited". `K`, `M`, `G` alone are
 * binary, as the JVM and RabbitMQ's `vm_memory` read them. Undefined for anything else.
 */
export function parseSize(written: string | number): number | undefined {
  return parseUnits(written, sizeUnits, /(\d+(?:\.\d+)?)\s*([kmgt]?i?b|[kmgt])/giy);
}

function parseUnits(
  written: string | number, units: Readonly<Record<string, number>>, part: RegExp,
): number | undefined {
  const text = String(written).trim();
  if (text === '-1') return -1;
  if (/^\d+(?:\.\d+)?$/.test(text)) return Number(text);
  let total = 0;
  let at = 0;
  while (at < text.length) {
    part.lastIndex = at;
    const match = part.exec(text);
    const factor = units[match?.[2]?.toLowerCase() ?? ''];
    if (match === null || factor === undefined) return undefined;
    total += Number(match[1]) * factor;
    at = part.lastIndex;
  }
  // Sums of binary fractions would show as 89.99999999999999.
  return at === 0 ? undefined : Math.round(total * 1e6) / 1e6;
}
