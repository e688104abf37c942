import { createReadStream } from 'node:fs';
import type { OutgoingMessage } from '../../brokers/publish';
import { sentenceOf } from '../../codecs/decoded';
import type { Encoder } from '../../codecs/encoder';
import { fromBase64 } from './draft';

/**
 * The messages of a file of JSON Lines, as `tailrace tail` prints and a panel exports them.
 * @throws Error with the line's number where a line is no such message, or the file cannot be read.
 */
export async function* messagesOfFile(path: string, encoder: Encoder | undefined): AsyncIterable<OutgoingMessage> {
  let number = 0;
  for await (const line of linesOf(createReadStream(path, 'utf8'))) {
    number++;
    const text = number === 1 ? line.replace(/^\uFEFF/, '') : line;
    if (text.trim() === '') continue;
    try {
      yield messageOfLine(JSON.parse(text), encoder);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new Error(`Line ${number} is no message: ${reason.replace(/\.$/, '')}.`);
    }
  }
}

/**
 * Lines as JSON Lines has them, parted by line feeds alone. Node's readline parts at U+2028 and U+2029 too, which
 * JSON may hold as they are; a carriage return is white space to JSON.
 */
async function* linesOf(chunks: AsyncIterable<string>): AsyncIterable<string> {
  let begun: string[] = [];
  for await (const chunk of chunks) {
    const [first = '', ...more] = chunk.split('\n');
    begun.push(first);
    for (const next of more) {
      yield begun.join('');
      begun = [next];
    }
  }
  yield begun.join('');
}

/** @throws Error with what is wrong with it */
export function messageOfLine(line: unknown, encoder: Encoder | undefined): OutgoingMessage {
  if (!isObject(line)) throw new Error('it is no JSON object');
  if (!Object.hasOwn(line, 'value')) throw new Error('it has no “value”');
  const { key, headers = {}, undecodable } = line;
  if (undecodable !== undefined) throw new Error('its value could not be unpacked when it was exported');
  if (key !== undefined && typeof key !== 'string') throw new Error('its “key” is no text');
  if (!isObject(headers)) throw new Error('its “headers” are no object');
  return {
    ...(key !== undefined ? { key: bytesOf(key) } : {}),
    value: valueOf(line['value'], encoder),
    headers: Object.entries(headers).flatMap(([name, value]) =>
      (Array.isArray(value) ? value : [value]).map((one): [string, Uint8Array] => {
        if (typeof one !== 'string') throw new Error(`its header ${name} is no text`);
        return [name, bytesOf(one)];
      }),
    ),
  };
}

function valueOf(value: unknown, encoder: Encoder | undefined): Uint8Array | null {
  if (value === null) return null;
  if (typeof value === 'string') return Buffer.from(value);
  if (isObject(value) && typeof value['base64'] === 'string' && Object.keys(value).length === 1) {
    const bytes = fromBase64(value['base64']);
    if (bytes === undefined) throw new Error('its value is not base64');
    return bytes;
  }
  // Only a contract made it an object: without it, the bytes that it was are not known.
  if (!encoder) throw new Error('its value was decoded by a contract, and this channel has none to encode it by');
  const result = encoder.encode(value);
  if ('bytes' in result) return result.bytes;
  throw new Error(result.faults.map(sentenceOf).join(' '));
}

/** Keys and headers that are no text are written with `base64:` before them. */
function bytesOf(text: string): Uint8Array {
  const packed = /^base64:(.*)$/s.exec(text)?.[1];
  return (packed !== undefined ? fromBase64(packed) : undefined) ?? Buffer.from(text);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
