import { hexLine, utf8 } from '../codecs/bytesText';
import type { TapMessage } from '../brokers/driver';
import type { Decoder, Headers } from '../codecs/decoded';
import { isRecord } from '../codecs/jsonSchemaFiles';
import { valueOf } from './filterRow';

/** What tells that messages belong together. */
export interface CorrelationId {
  readonly value: string;
  /** `header traceparent`, `field correlation_id`. */
  readonly by: string;
  /** As it lies in a message's bytes. */
  readonly bytes: Buffer;
}

type Reader = (text: string) => string | undefined;

/** https://www.w3.org/TR/trace-context/#traceparent-header: version, trace id, parent id, flags. */
const traceparent: Reader = (text) => /^[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-/i.exec(text)?.[1];
/** https://github.com/openzipkin/b3-propagation#single-header: the trace id is the first. */
const b3: Reader = (text) => /^([0-9a-f]{16}|[0-9a-f]{32})-/i.exec(text)?.[1];
const whole: Reader = (text) => (text === '' ? undefined : text);

/** By their names in small letters, without what parts words: clients write one in many ways. */
const headers: Readonly<Record<string, Reader>> = {
  traceparent,
  cetraceparent: traceparent,
  cloudeventstraceparent: traceparent,
  b3,
  xb3traceid: whole,
  correlationid: whole,
  xcorrelationid: whole,
  kafkacorrelationid: whole,
  jmscorrelationid: whole,
  correlationdata: whole,
  requestid: whole,
  xrequestid: whole,
  messageid: whole,
  natsmsgid: whole,
  ceid: whole,
  cloudeventsid: whole,
};
const fields: Readonly<Record<string, Reader>> = {
  traceparent, traceid: whole, correlationid: whole, requestid: whole,
};

const MAX_LENGTH = 512;
const MAX_DEPTH = 4;
const MAX_VISITS = 2000;
const MAX_IDS = 8;

/** The ids of a message, those of headers first, each once. */
export function correlationIds(message: TapMessage, decoder: Decoder | undefined): CorrelationId[] {
  const found = [...ofHeaders(message.headers), ...ofValue(valueOf(message, decoder))];
  return found.filter(({ value }, n) => found.findIndex((other) => other.value === value) === n).slice(0, MAX_IDS);
}

function ofHeaders(all: Headers): CorrelationId[] {
  return all.flatMap(([name, written]) => {
    const read = readerOf(headers, name);
    if (!read) return [];
    const text = typeof written === 'string' ? written : utf8(written, MAX_LENGTH);
    // MQTT's correlation data may be any bytes.
    if (text === undefined) return typeof written === 'string' ? [] : [{ value: hexLine(written, MAX_LENGTH), by: `header ${name}`, bytes: Buffer.from(written) }];
    return idOf(read(text), `header ${name}`);
  });
}

/** Fields with such a name, not too deep within; of an event in CloudEvents' own JSON also its id. */
function ofValue(value: unknown): CorrelationId[] {
  const found: CorrelationId[] = [];
  let left = MAX_VISITS;
  const visit = (one: unknown, depth: number): void => {
    if (!isRecord(one) || depth > MAX_DEPTH) return;
    for (const [name, inner] of Object.entries(one)) {
      if (--left < 0) return;
      const read = readerOf(fields, name) ?? (name === 'id' && 'specversion' in one ? whole : undefined);
      if (read && (typeof inner === 'string' || typeof inner === 'number' || typeof inner === 'bigint')) {
        found.push(...idOf(read(String(inner)), `field ${name}`));
      } else visit(inner, depth + 1);
    }
  };
  visit(value, 0);
  return found;
}

function readerOf(table: Readonly<Record<string, Reader>>, name: string): Reader | undefined {
  const known = name.length > 40 ? '' : name.toLowerCase().replace(/[-_.:]/g, '');
  return Object.hasOwn(table, known) ? table[known] : undefined;
}

function idOf(value: string | undefined, by: string): CorrelationId[] {
  return value === undefined || value === '' || value.length > MAX_LENGTH ? [] : [{ value, by, bytes: Buffer.from(value) }];
}
