import { jsonForShow } from './jsonText';
import { oneLine, utf8 } from './bytesText';
import { DECODE_LIMIT, sentenceOf, type Decoded, type Decoder, type Fault, type Headers } from './decoded';
import { jsonValue } from './exactJson';
import { headerOf } from './headers';

/** https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md#required-attributes */
const required = ['id', 'source', 'specversion', 'type'];
/** How the bindings write an attribute's header: Kafka, NATS and HTTP, AMQP. MQTT writes the bare name. */
const prefixes = ['ce_', 'ce-', 'cloudEvents:', 'cloudEvents_'];

/** Takes an event's envelope off before a decoder, and judges what the envelope has to have. */
export function withCloudEvents(inner: Decoder): Decoder {
  if (inner.problem !== undefined) return inner;
  return {
    ...inner,
    decode: (value, headers = []) => {
      if (isStructured(headers) && value.length <= DECODE_LIMIT) return structured(inner, value, headers);
      const decoded = inner.decode(value, headers);
      const event = binaryEvent(headers);
      return decoded && event ? withEnvelope(decoded, event) : decoded;
    },
    check: (value, headers = []) => {
      if (isStructured(headers) && value.length <= DECODE_LIMIT) return structured(inner, value, headers)?.verdict;
      const verdict = inner.check(value, headers);
      const event = binaryEvent(headers);
      return event && event.faults.length > 0 && verdict !== 'undecodable' && verdict !== undefined ? 'violates' : verdict;
    },
    value: (value, headers = []) => (isStructured(headers) ? jsonValue(value) : inner.value(value, headers)),
  };
}

interface Envelope {
  readonly why: string;
  readonly faults: readonly Fault[];
}

function binaryEvent(headers: Headers): Envelope | undefined {
  const prefix = prefixes.find((one) => headerOf(headers, `${one}specversion`) !== undefined);
  if (prefix === undefined) return undefined;
  const missing = required.filter((name) => headerOf(headers, prefix + name) === undefined);
  const type = headerOf(headers, `${prefix}type`);
  return {
    why: `Its headers make it a CloudEvents event${type === undefined ? '' : ` of the type ${oneLine(type, 100)}`}.`,
    faults: missing.map((name) => ({ path: '', reason: `has no header ${prefix}${name}, which CloudEvents requires` })),
  };
}

function withEnvelope(decoded: Decoded, { why, faults }: Envelope): Decoded {
  return {
    ...decoded,
    why: `${decoded.why} ${why}`,
    verdict: faults.length > 0 && decoded.verdict !== 'undecodable' ? 'violates' : decoded.verdict,
    faults: [...decoded.faults, ...faults],
    errors: [...decoded.errors, ...faults.map(sentenceOf)],
  };
}

function isStructured(headers: Headers): boolean {
  return /^application\/cloudevents\+json\b/i.test(headerOf(headers, 'content-type') ?? '');
}

/** The event is JSON; its data is JSON within, or bytes in base64. The contract may be of either. */
function structured(inner: Decoder, value: Uint8Array, headers: Headers): Decoded | undefined {
  const as = 'CloudEvents in JSON';
  const why = 'Its content type is application/cloudevents+json.';
  const text = utf8(value);
  const event = text === undefined ? undefined : objectOf(text);
  if (text === undefined || !event) {
    const fault = { path: '', reason: 'is no JSON object, which its content type says' };
    return { verdict: 'undecodable', errors: [sentenceOf(fault)], faults: [fault], as, why, tried: [] };
  }
  const faults: Fault[] = required
    .filter((name) => typeof event[name] !== 'string' || event[name] === '')
    .map((name) => ({ path: '', reason: `has no ${name}, which CloudEvents requires` }));
  const shown = { as, json: jsonForShow(text), preview: text };
  const bare: Decoded = { ...shown, why, tried: [], verdict: 'unchecked', errors: [], faults: [] };
  if (!inner.contract) return withEnvelope(bare, { why: '', faults });

  const whole = inner.contract.format === 'json-schema' ? inner.decode(value, headers) : undefined;
  if (whole?.verdict === 'valid') return withEnvelope({ ...whole, ...shown }, { why, faults });
  const data = dataOf(event);
  const decoded = data && inner.decode(data, headers);
  if (!decoded) return withEnvelope(whole ?? bare, { why: `${why} It has no data that the contract could be of.`, faults });
  const below = decoded.faults.map(({ path, reason }) => ({ path: `/data${path}`, reason }));
  return withEnvelope(
    {
      ...decoded, ...shown, as: `${as}, data as ${decoded.as}`, faults: below, errors: below.map(sentenceOf),
      tried: whole ? [...decoded.tried, { as: 'the whole event', reason: whole.errors[0] ?? 'It does not keep the contract.' }] : decoded.tried,
    },
    { why, faults },
  );
}

function objectOf(text: string): Record<string, unknown> | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed) ? (parsed as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function dataOf(event: Record<string, unknown>): Uint8Array | undefined {
  if (typeof event['data_base64'] === 'string') return Buffer.from(event['data_base64'], 'base64');
  if (event['data'] === undefined) return undefined;
  try {
    return Buffer.from(JSON.stringify(event['data']));
  } catch {
    return undefined;
  }
}
