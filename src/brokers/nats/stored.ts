import type { NatsConnection } from '@nats-io/transport-node';
import type { TapMessage } from '../driver';
import { headersOf } from './message';

/**
 * Reads stored messages without a consumer: by direct get where the stream allows it, else by
 * STREAM.MSG.GET.
 */
export async function storedFrom(
  connection: NatsConnection,
  stream: string,
  direct: boolean,
  sequence: number,
  subject: string,
): Promise<TapMessage | undefined> {
  const question = JSON.stringify({ seq: sequence, next_by_subj: subject });
  const api = direct ? `$JS.API.DIRECT.GET.${stream}` : `$JS.API.STREAM.MSG.GET.${stream}`;
  const answer = await connection.request(api, question, { timeout: 8000 });
  if (direct) {
    if (answer.headers && answer.headers.code >= 400) {
      if (answer.headers.code === 404) return undefined;
      throw new Error(`direct get answered ${answer.headers.code} ${answer.headers.description}`);
    }
    const meta = (name: string): string => answer.headers?.get(name) ?? '';
    return {
      channel: meta('Nats-Subject'),
      time: Date.parse(meta('Nats-Time-Stamp')),
      offset: meta('Nats-Sequence'),
      value: answer.data,
      size: answer.data.length,
      headers: headersOf(answer.headers).filter(
        ([name]) => !/^Nats-(Stream|Subject|Sequence|Time-Stamp|Num-Pending)$/.test(name),
      ),
    };
  }
  const { message, error } = answer.json<{
    message?: { subject: string; seq: number; data?: string; hdrs?: string; time: string };
    error?: { code: number; description: string };
  }>();
  if (error) {
    if (error.code === 404) return undefined;
    throw new Error(error.description);
  }
  if (!message) return undefined;
  const value = Buffer.from(message.data ?? '', 'base64');
  return {
    channel: message.subject,
    time: Date.parse(message.time),
    offset: String(message.seq),
    value,
    size: value.length,
    headers: message.hdrs ? storedHeaders(Buffer.from(message.hdrs, 'base64').toString('utf8')) : [],
  };
}

/** `NATS/1.0`, then a `Name: value` a line. */
function storedHeaders(text: string): [string, string][] {
  const list: [string, string][] = [];
  for (const line of text.split('\r\n').slice(1)) {
    const colon = line.indexOf(':');
    if (colon > 0) list.push([line.slice(0, colon).trim(), line.slice(colon + 1).trim()]);
  }
  return list;
}

/** The sequence of the first message at or after a time, found by halving; behind the last where there is none. */
export async function firstSequenceAt(
  connection: NatsConnection,
  stream: string,
  direct: boolean,
  state: { readonly first_seq: number; readonly last_seq: number },
  time: number,
): Promise<number> {
  let low = Math.max(1, state.first_seq);
  let high = state.last_seq + 1;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const m = await storedFrom(connection, stream, direct, middle, '>');
    if (!m || Number(m.offset) >= high || m.time >= time) high = middle;
    else low = Number(m.offset) + 1;
  }
  return low;
}
