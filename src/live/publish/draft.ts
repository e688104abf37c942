import type { TapMessage } from '../../brokers/driver';
import type { OutgoingMessage } from '../../brokers/publish';
import { utf8 } from '../../codecs/bytesText';
import { sentenceOf, type Decoder } from '../../codecs/decoded';
import type { Encoder } from '../../codecs/encoder';
import { protobufFrame, registryFrame } from '../../codecs/frame';
import type { Draft, DraftText } from '../../protocol/publish';

export type Written = { readonly message: OutgoingMessage } | { readonly problems: readonly string[] };

/** The message that a draft stands for, or all that keeps it from being one. */
export function writeDraft(draft: Draft, encoder: Encoder | undefined): Written {
  const problems: string[] = [];
  const bytesOf = (what: string, { text, isBase64 }: DraftText): Uint8Array => {
    const bytes = isBase64 ? fromBase64(text) : Buffer.from(text);
    if (bytes === undefined) problems.push(`${what} is not base64.`);
    return bytes ?? NOTHING;
  };
  const key = draft.key && bytesOf('The key', draft.key);
  const headers = draft.headers.map((header): [string, Uint8Array] => {
    if (header.name === '') problems.push('A header has no name.');
    return [header.name, bytesOf(`The header ${header.name}`, header)];
  });
  const value = valueOf(draft, encoder, problems);
  if (problems.length > 0) return { problems };
  const { partition, routingKey, contentType, qos, retain } = draft;
  return { message: { key, value, headers, partition, routingKey, contentType, qos, retain } };
}

const NOTHING = new Uint8Array(0);

function valueOf({ value, as, frame }: Draft, encoder: Encoder | undefined, problems: string[]): Uint8Array | null {
  switch (as) {
    case 'none':
      return null;
    case 'text':
      return Buffer.from(value);
    case 'base64': {
      const bytes = fromBase64(value);
      if (bytes === undefined) problems.push('The value is not base64.');
      return bytes ?? NOTHING;
    }
    case 'contract': {
      const bytes = encoded(value, encoder, problems);
      const before = frame === undefined ? NOTHING : fromBase64(frame);
      if (before === undefined) problems.push('The frame is not base64.');
      return Buffer.concat([before ?? NOTHING, bytes]);
    }
  }
}

function encoded(value: string, encoder: Encoder | undefined, problems: string[]): Uint8Array {
  if (!encoder) {
    problems.push('The channel has no contract to encode by: choose text or base64.');
    return NOTHING;
  }
  let json: unknown;
  try {
    json = JSON.parse(value);
  } catch (error) {
    problems.push(`The value is not JSON: ${error instanceof Error ? error.message : String(error)}.`);
    return NOTHING;
  }
  const result = encoder.encode(json);
  if ('bytes' in result) return result.bytes;
  problems.push(...result.faults.map(sentenceOf));
  return NOTHING;
}

/** A message that was received, as a draft: its value as JSON where its contract reads and would write it. */
export function draftOf(message: TapMessage, decoder: Decoder | undefined, encoder: Encoder | undefined): Draft {
  const shared = {
    ...(message.key !== undefined ? { key: textOf(message.key) } : {}),
    headers: message.headers.map(([name, value]) => ({ name, ...textOf(value) })),
    ...(message.partition !== undefined ? { partition: message.partition } : {}),
  };
  if (message.value === null) return { ...shared, value: '', as: 'none' };
  const decoded = decoder?.contract ? decoder.decode(message.value, message.headers) : undefined;
  if (encoder && decoded?.verdict === 'valid' && decoded.json !== undefined) {
    const frame = frameOf(message.value, decoder?.contract?.format);
    return { ...shared, value: decoded.json, as: 'contract', ...(frame ? { frame: toBase64(frame) } : {}) };
  }
  const { text, isBase64 } = textOf(message.value);
  return { ...shared, value: text, as: isBase64 ? 'base64' : 'text' };
}

/** The registry's frame stays as it was: another schema's id would send readers to another schema. */
function frameOf(value: Uint8Array, format: 'protobuf' | 'avro' | 'json-schema' | undefined): Uint8Array | undefined {
  const body = (format === 'protobuf' ? protobufFrame(value) : registryFrame(value))?.body;
  return body && value.subarray(0, value.length - body.length);
}

function textOf(value: string | Uint8Array): DraftText {
  const text = typeof value === 'string' ? value : utf8(value);
  return text === undefined ? { text: toBase64(value as Uint8Array), isBase64: true } : { text };
}

function toBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}

/** Undefined where it is not base64, which Node would read all the same, leaving out what it does not know. */
export function fromBase64(text: string): Uint8Array | undefined {
  const packed = text.replace(/\s+/g, '');
  return /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(packed)
    ? Buffer.from(packed, 'base64')
    : undefined;
}
