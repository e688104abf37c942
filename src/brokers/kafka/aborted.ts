import type { BatchHeader } from './records';

/**
 * Which batches belong to aborted transactions, as a `read_committed` reader must find out itself:
 * the broker names producers with the first offset of each aborted transaction, and a control
 * record with type 0 ends it (KIP-98).
 */
export function withoutAborted(
  buffer: Buffer,
  batches: readonly BatchHeader[],
  aborted: readonly { producerId: bigint; firstOffset: number }[],
): BatchHeader[] {
  const coming = [...aborted].sort((a, b) => a.firstOffset - b.firstOffset);
  const open = new Set<bigint>();
  return batches.filter((batch) => {
    while (coming.length > 0 && coming[0]!.firstOffset <= batch.lastOffset)
      open.add(coming.shift()!.producerId);
    if (!batch.transactional) return true;
    if (batch.control) {
      if (isAbortMarker(buffer, batch)) open.delete(batch.producerId);
      return true;
    }
    return !open.has(batch.producerId);
  });
}

function isAbortMarker(buffer: Buffer, batch: BatchHeader): boolean {
  // Length, attributes, two deltas and the key's length are one byte each in practice; the key is version,
  // then type.
  const record = buffer.subarray(batch.from, batch.to);
  let at = 0;
  const skip = (): void => {
    while ((record[at++] ?? 0) >= 0x80);
  };
  skip();
  at++;
  skip();
  skip();
  skip();
  return at + 4 <= record.length && record.readInt16BE(at + 2) === 0;
}
