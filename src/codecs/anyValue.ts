import { isContainer, readContainer } from './avro/container';
import { branchName } from './avro/shape';
import { utf8 } from './bytesText';
import { readCbor } from './cbor';
import type { Decoded, Decoder, Headers, Tried } from './decoded';
import { protobufFrame, registryFrame } from './frame';
import { jsonValue, parseExact } from './exactJson';
import { headerOf } from './headers';
import { layOutJson } from './jsonText';
import { readMessagePack } from './messagePack';
import { readRawProtobuf } from './protobuf/raw';

/** Guessing at larger values would hold up the list that they are shown in. */
const GUESS_LIMIT = 256 * 1024;

type Reading = { readonly value: unknown } | { readonly reason: string };

/** Shows values that no contract is known of: by their content type, by their first bytes, by what reads them whole. */
export function anyValueDecoder(): Decoder {
  return {
    decode: (value, headers = []) => (value.length === 0 || value.length > GUESS_LIMIT ? undefined : decodeAny(value, headers)),
    // Nothing says what they have to be.
    check: () => undefined,
    value: (value, headers = []) => jsonValue(value) ?? guessed(value, headers),
  };
}

/** JSON told the rest of it; what is text only is no value to compute with. */
function guessed(value: Uint8Array, headers: Headers): unknown {
  if (value.length === 0 || value.length > GUESS_LIMIT) return undefined;
  const { json } = decodeAny(value, headers);
  return json === undefined ? undefined : parseExact(json);
}

function decodeAny(value: Uint8Array, headers: Headers): Decoded {
  const tried: Tried[] = [];
  const attempt = (as: string, why: string, reading: Reading, fits = true): Decoded | undefined => {
    if ('value' in reading && fits) return shown(as, why, tried, reading.value);
    tried.push({ as, reason: 'reason' in reading ? `The value ${reading.reason}.` : 'It would be a single number or text.' });
    return undefined;
  };

  const named = byContentType(headerOf(headers, 'content-type') ?? '');
  const byName = named && attempt(named.as, `Its content type is ${named.type}.`, named.read(value));
  if (byName) return byName;
  const text = printable(value);
  if (text !== undefined) return asText(text, tried);
  if (isContainer(value)) {
    const container = readContainer(value);
    const reading = 'reason' in container ? container : { value: container.values };
    const as = 'reason' in container ? 'avro container file' : `avro container file of ${branchName(container.type)}`;
    const found = attempt(as, 'It begins as an Avro object container file, which brings its schema.', reading);
    if (found) return found;
  }
  if (value[0] === 0xc3 && value[1] === 1 && value.length >= 10) {
    const mark = Buffer.from(value.subarray(2, 10)).toString('hex');
    return { ...asHex(tried), why: `It is Avro in single-object encoding, of the schema with the fingerprint ${mark}, and no contract is known.` };
  }
  const framed = behindFrame(value, tried);
  if (framed) return framed;
  return guess(value, attempt) ?? asHex(tried);
}

/** A map of MessagePack begins with a byte that an array of CBOR may begin with: the one that is a map goes first. */
function guess(value: Uint8Array, attempt: (as: string, why: string, reading: Reading, fits?: boolean) => Decoded | undefined): Decoded | undefined {
  const whole = (name: string): string => `No contract is known; its bytes are ${name} to the last one.`;
  const head = value[0]!;
  return (
    attempt('messagepack', whole('a MessagePack map or array'), readMessagePack(value), (head >= 0x80 && head < 0xa0) || (head >= 0xdc && head <= 0xdf)) ??
    attempt('cbor', whole('a CBOR map, array or tag'), readCbor(value), head >> 5 >= 4 && head >> 5 <= 6) ??
    attempt('protobuf without a contract', whole('protobuf fields'), readRawProtobuf(value))
  );
}

function behindFrame(value: Uint8Array, tried: Tried[]): Decoded | undefined {
  const frame = registryFrame(value);
  if (!frame || frame.body.length === 0) return undefined;
  const why = `It begins with a zero byte and what can be a registry's schema id, ${frame.schemaId}; no contract is known.`;
  const text = printable(frame.body);
  if (text !== undefined && layOutJson(text)) return { ...asText(text, tried), as: "json behind a registry's frame", why };
  const protobuf = protobufFrame(value);
  const reading: Reading = protobuf ? readRawProtobuf(protobuf.body) : { reason: 'has no message indexes' };
  const as = "protobuf behind a registry's frame, without a contract";
  if ('value' in reading) return shown(as, why, tried, reading.value);
  tried.push({ as, reason: `The value ${reading.reason}.` });
  return { ...asHex(tried), why };
}

function byContentType(written: string): { type: string; as: string; read: (bytes: Uint8Array) => Reading } | undefined {
  const type = written.split(';')[0]!.trim().toLowerCase();
  if (/^application\/(.+\+)?cbor$/.test(type)) return { type, as: 'cbor', read: readCbor };
  if (/^application\/(x-|vnd\.)?msgpack$/.test(type)) return { type, as: 'messagepack', read: readMessagePack };
  if (/^application\/(x-|vnd\.google\.)?protobuf$/.test(type)) return { type, as: 'protobuf without a contract', read: readRawProtobuf };
  return undefined;
}

/** UTF-8 without control characters but white space. */
function printable(value: Uint8Array): string | undefined {
  const text = utf8(value);
  return text === undefined || /[\u0000-\u0008\u000e-\u001a\u001c-\u001f]/.test(text) ? undefined : text;
}

function asText(text: string, tried: readonly Tried[]): Decoded {
  const json = layOutJson(text)?.text;
  const shared = { verdict: 'unchecked' as const, errors: [], faults: [], tried };
  if (json === undefined) return { ...shared, as: 'text', why: 'No contract is known; it is UTF-8 text.' };
  return { ...shared, as: 'json', why: 'No contract is known; it is JSON.', json };
}

function asHex(tried: readonly Tried[]): Decoded {
  return { verdict: 'unchecked', errors: [], faults: [], tried, as: 'hex', why: 'No contract is known, and nothing else reads it whole.' };
}

function shown(as: string, why: string, tried: readonly Tried[], value: unknown): Decoded {
  return { verdict: 'unchecked', errors: [], faults: [], as, why, tried, json: JSON.stringify(value, null, 2), preview: JSON.stringify(value) };
}
