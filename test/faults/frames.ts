/** One message of a protocol, whole, as it crossed the wire. */
export interface Frame {
  /** The protocol's own word: `Produce`, `basic.publish`, `PUBACK`, `PUB orders`. */
  readonly name: string;
  readonly bytes: Buffer;
}

/** Cuts the two streams of one connection into frames; keeps what has not come whole yet. */
export interface Framing {
  requests(chunk: Buffer): Frame[];
  replies(chunk: Buffer): Frame[];
}

/** Takes the first frame off a buffer: its name and length, or undefined while it is not whole. */
type Take = (buffer: Buffer) => { readonly name: string; readonly length: number } | undefined;

function cutter(take: Take): (chunk: Buffer) => Frame[] {
  let rest: Buffer = Buffer.alloc(0);
  return (chunk) => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    const frames: Frame[] = [];
    for (let next = take(rest); next && next.length <= rest.length; next = take(rest)) {
      frames.push({ name: next.name, bytes: rest.subarray(0, next.length) });
      rest = rest.subarray(next.length);
    }
    return frames;
  };
}

const KAFKA_APIS: Readonly<Record<number, string>> = {
  0: 'Produce', 1: 'Fetch', 3: 'Metadata', 8: 'OffsetCommit', 22: 'InitProducerId', 25: 'AddOffsetsToTxn',
  26: 'EndTxn', 28: 'TxnOffsetCommit', 78: 'ShareFetch', 79: 'ShareAcknowledge',
};

/** A reply of Kafka says only which request it answers, so the requests' names are remembered. */
export function kafkaFraming(): Framing {
  const asked = new Map<number, string>();
  return {
    requests: cutter((buffer) => {
      if (buffer.length < 12) return undefined;
      const api = buffer.readInt16BE(4);
      const name = KAFKA_APIS[api] ?? `api ${api}`;
      asked.set(buffer.readInt32BE(8), name);
      return { name, length: 4 + buffer.readInt32BE(0) };
    }),
    replies: cutter((buffer) => {
      if (buffer.length < 8) return undefined;
      return { name: asked.get(buffer.readInt32BE(4)) ?? 'unasked', length: 4 + buffer.readInt32BE(0) };
    }),
  };
}

const AMQP_METHODS: Readonly<Record<string, string>> = {
  '60.40': 'basic.publish', '60.50': 'basic.return', '60.60': 'basic.deliver', '60.80': 'basic.ack',
  '60.90': 'basic.reject', '60.120': 'basic.nack',
};

export function amqpFraming(): Framing {
  const take: Take = (buffer) => {
    if (buffer.length < 8) return undefined;
    // A connection begins with `AMQP` and the version, which is no frame.
    if (buffer[0] === 0x41) return { name: 'protocol header', length: 8 };
    const length = 8 + buffer.readUInt32BE(3);
    if (buffer[0] !== 1) return { name: buffer[0] === 8 ? 'heartbeat' : 'content', length };
    if (buffer.length < 11) return undefined;
    const method = `${buffer.readUInt16BE(7)}.${buffer.readUInt16BE(9)}`;
    return { name: AMQP_METHODS[method] ?? method, length };
  };
  return { requests: cutter(take), replies: cutter(take) };
}

const MQTT_PACKETS = [
  'reserved', 'CONNECT', 'CONNACK', 'PUBLISH', 'PUBACK', 'PUBREC', 'PUBREL', 'PUBCOMP',
  'SUBSCRIBE', 'SUBACK', 'UNSUBSCRIBE', 'UNSUBACK', 'PINGREQ', 'PINGRESP', 'DISCONNECT', 'AUTH',
];

export function mqttFraming(): Framing {
  const take: Take = (buffer) => {
    let length = 0;
    for (let i = 1; i < buffer.length && i <= 4; i++) {
      length += (buffer[i]! & 0x7f) * 128 ** (i - 1);
      if (buffer[i]! < 0x80) return { name: MQTT_PACKETS[buffer[0]! >> 4]!, length: 1 + i + length };
    }
    return undefined;
  };
  return { requests: cutter(take), replies: cutter(take) };
}

/** A line of NATS, named by its verb and subject; the payload behind it belongs to it. */
export function natsFraming(): Framing {
  const take: Take = (buffer) => {
    const end = buffer.indexOf('\r\n');
    if (end < 0) return undefined;
    const words = buffer.toString('latin1', 0, end).split(/\s+/);
    const verb = words[0]!.toUpperCase();
    if (!['PUB', 'HPUB', 'MSG', 'HMSG'].includes(verb)) return { name: verb, length: end + 2 };
    return { name: `${verb} ${words[1]}`, length: end + 2 + Number(words.at(-1)) + 2 };
  };
  return { requests: cutter(take), replies: cutter(take) };
}
