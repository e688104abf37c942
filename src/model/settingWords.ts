/** Settings kept in milliseconds. */
const durations = new Set([
  'deliveryTimeout',
  'requestTimeout',
  'linger',
  'sessionExpiry',
  'maxPollInterval',
  'ackWait',
  'retention',
  'ttl',
  'expires',
  'duplicateWindow',
  'maxAge',
  'syncInterval',
  'offsetsRetention',
  'consumerTimeout',
  'processingTime',
  'delay',
  'replyTimeout',
  'latency',
  'replay',
  'offline',
  'age',
]);
/** Settings kept in bytes. */
const sizes = new Set(['maxLengthBytes', 'maxBytes', 'maxMessageSize', 'messageSize']);

/**
 * A setting's value as a flow file would write it: `7d`, `10MiB`, `all`.
 * @param path the setting's name; of a nested one (`stream.maxAge`) the last word counts.
 */
export function valueWords(path: string, value: unknown): string {
  const name = path.slice(path.lastIndexOf('.') + 1);
  // A placeholder that is filled when the file is deployed: that there is a value is all that is known.
  if (Number.isNaN(value)) return 'a placeholder';
  if (value === Infinity) return 'no limit';
  if (typeof value !== 'number' || value < 0) return String(value);
  if (durations.has(name))
    return units(value, [
      [86_400_000, 'd'],
      [3_600_000, 'h'],
      [60_000, 'm'],
      [1000, 's'],
      [1, 'ms'],
    ]);
  if (sizes.has(name))
    return units(value, [
      [2 ** 30, 'GiB'],
      [2 ** 20, 'MiB'],
      [2 ** 10, 'KiB'],
      [1, 'B'],
    ]);
  return String(value);
}

function units(value: number, table: readonly (readonly [number, string])[]): string {
  const [factor, unit] = table.find(([f]) => value >= f && value % f === 0) ?? [1, table.at(-1)?.[1] ?? ''];
  return `${value / factor}${unit}`;
}
