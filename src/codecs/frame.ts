/**
 * The frame that Confluent's schema-registry clients put before a value: a zero byte and the schema's
 * id, four bytes, the highest first.
 * https://docs.confluent.io/platform/current/schema-registry/fundamentals/serdes-develop/index.html#wire-format
 */
export interface RegistryFrame {
  readonly schemaId: number;
  readonly body: Uint8Array;
}

/** Behind it, protobuf values have the path to the message within its file: 0 is its first message. */
export interface ProtobufFrame extends RegistryFrame {
  readonly indexes: readonly number[];
}

const HEAD = 5;
/** Messages are not nested deeper; a greater count is no count. */
const MAX_INDEXES = 64;

export function registryFrame(value: Uint8Array): RegistryFrame | undefined {
  if (value.length < HEAD || value[0] !== 0) return undefined;
  const schemaId = ((value[1]! << 24) | (value[2]! << 16) | (value[3]! << 8) | value[4]!) >>> 0;
  return { schemaId, body: value.subarray(HEAD) };
}

/**
 * The indexes are a count and as many numbers, all of them zigzag varints. A lone zero, which would be
 * a count of nothing, stands for the first message.
 */
export function protobufFrame(value: Uint8Array): ProtobufFrame | undefined {
  const frame = registryFrame(value);
  if (!frame) return undefined;
  let at = 0;
  const next = (): number | undefined => {
    let raw = 0;
    for (let shift = 0; shift < 32; shift += 7) {
      const b = frame.body[at++];
      if (b === undefined) return undefined;
      raw |= (b & 0x7f) << shift;
      if (b < 0x80) return (raw >>> 1) ^ -(raw & 1);
    }
    return undefined;
  };
  const count = next();
  if (count === undefined || count < 0 || count > MAX_INDEXES) return undefined;
  const indexes: number[] = [];
  for (let n = 0; n < count; n++) {
    const index = next();
    if (index === undefined || index < 0) return undefined;
    indexes.push(index);
  }
  return { schemaId: frame.schemaId, indexes: count === 0 ? [0] : indexes, body: frame.body.subarray(at) };
}
