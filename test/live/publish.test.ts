import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BrokerSession, TapMessage } from '../../src/brokers/driver';
import type { OutgoingMessage } from '../../src/brokers/publish';
import { decoderFor } from '../../src/codecs/decoder';
import { encoderFor } from '../../src/codecs/encoder';
import { tailLine } from '../../src/live/line';
import { draftOf, writeDraft } from '../../src/live/publish/draft';
import { runJob, type JobNeeds } from '../../src/live/publish/job';
import { messagesOfFile } from '../../src/live/publish/lines';
import type { Draft, PublishJob, PublishProgress, PublishSource } from '../../src/protocol/publish';
import type { TailContract } from '../../src/protocol/tail';

const avro: TailContract = {
  name: 'Order',
  format: 'avro',
  message: '',
  files: [
    {
      path: '/order.avsc',
      text: JSON.stringify({
        type: 'record',
        name: 'Order',
        fields: [
          { name: 'id', type: 'string' },
          { name: 'cents', type: 'long' },
        ],
      }),
    },
  ],
};
const plain = (value: string): Draft => ({ value, as: 'text', headers: [] });
const message = (value: Uint8Array | null, more: Partial<TapMessage> = {}): TapMessage => ({
  channel: 'orders',
  time: 0,
  value,
  headers: [],
  size: value?.length ?? 0,
  ...more,
});
/** What Confluent's serializers put before a value: a zero and the schema's id. */
const FRAME = Uint8Array.of(0, 0, 0, 0, 7);

describe('drafts of messages', () => {
  it('become bytes by the contract, behind the frame of the message that they were made from', async () => {
    const encoder = await encoderFor(avro);
    const bare = encoder.encode({ id: 'o-1', cents: 250 });
    assert.ok('bytes' in bare);
    const received = message(Buffer.concat([FRAME, bare.bytes]), {
      key: Buffer.from('o-1'),
      partition: 3,
      headers: [['trace', 'abc']],
    });
    const draft = draftOf(received, await decoderFor(avro), encoder);
    assert.deepEqual(JSON.parse(draft.value), { id: 'o-1', cents: 250 });
    assert.deepEqual([draft.as, draft.key, draft.partition], ['contract', { text: 'o-1' }, 3]);
    const again = writeDraft(draft, encoder);
    assert.ok('message' in again);
    assert.deepEqual(Buffer.from(again.message.value!), Buffer.from(received.value!));
    const edited = writeDraft({ ...draft, value: '{"id":"o-2","cents":1}' }, encoder);
    assert.ok('message' in edited);
    assert.deepEqual(edited.message.value!.subarray(0, 5), Buffer.from(FRAME));
  });

  it('keep what no contract reads as it is: text as text, other bytes as base64, a tombstone as none', async () => {
    for (const value of [Buffer.from('{"a":1}'), Uint8Array.of(0xff, 0xfe, 0), null]) {
      const draft = draftOf(message(value, { key: Uint8Array.of(0xff) }), await decoderFor(undefined), undefined);
      const result = writeDraft(draft, undefined);
      assert.ok('message' in result);
      assert.deepEqual(result.message.value && Buffer.from(result.message.value), value && Buffer.from(value));
      assert.deepEqual(Buffer.from(result.message.key as Uint8Array), Buffer.from([0xff]));
    }
  });

  it('tell all that is wrong with them, each with its place', async () => {
    const encoder = await encoderFor(avro);
    const problems = (draft: Draft): readonly string[] => {
      const result = writeDraft(draft, encoder);
      return 'problems' in result ? result.problems : [];
    };
    const [fault, ...others] = problems({ ...plain('{"id":"o","cents":"x"}'), as: 'contract' });
    assert.match(fault!, /^\/cents /);
    assert.deepEqual(others, []);
    assert.match(problems({ ...plain('{'), as: 'contract' })[0]!, /^The value is not JSON: /);
    assert.deepEqual(
      problems({ ...plain('?'), as: 'base64', key: { text: '*', isBase64: true }, headers: [{ name: '', text: '' }] }),
      ['The key is not base64.', 'A header has no name.', 'The value is not base64.'],
    );
  });
});

describe('messages of an exported file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tailrace-publish-'));
  after(() => rmSync(folder, { recursive: true }));
  const read = async (text: string, contract?: TailContract): Promise<OutgoingMessage[]> => {
    const path = join(folder, 'messages.jsonl');
    writeFileSync(path, text);
    const found: OutgoingMessage[] = [];
    for await (const one of messagesOfFile(path, contract && (await encoderFor(contract)))) found.push(one);
    return found;
  };

  it('are those that were exported, byte for byte', async () => {
    const encoder = await encoderFor(avro);
    const encoded = encoder.encode({ id: 'ü', cents: 9_007_199_254 });
    assert.ok('bytes' in encoded);
    const received = [
      message(Buffer.from('{"n":12345678901234567890}'), { key: 'k', headers: [['a', '1'], ['a', '2'], ['b', Uint8Array.of(0xff)]] }),
      message(Uint8Array.of(0xff, 0)),
      message(null, { key: Uint8Array.of(0xfe) }),
      message(Buffer.from('line\u2028paragraph\u2029next\u0085'), { key: 'base64:AAAA', headers: [['__proto__', 'base64:'], ['constructor', 'x']] }),
    ];
    const decoder = await decoderFor(undefined);
    const lines = received.map((one) => tailLine(one, decoder));
    const found = await read(`\uFEFF${lines.join('\r\n')}\n\n`);
    const bytes = (part: Uint8Array | string | null | undefined) => (part == null ? part : Buffer.from(part as Uint8Array));
    assert.deepEqual(
      found.map((one) => [bytes(one.key), bytes(one.value), one.headers.map(([name, value]) => [name, bytes(value)])]),
      received.map((one) => [bytes(one.key), bytes(one.value), one.headers.map(([name, value]) => [name, bytes(value)])]),
    );
    const [typed] = await read(tailLine(message(encoded.bytes), await decoderFor(avro)), avro);
    assert.deepEqual(Buffer.from(typed!.value!), Buffer.from(encoded.bytes));
  });

  it('are refused with the line’s number', async () => {
    await assert.rejects(read('{"value":"a"}\n{'), /^Error: Line 2 is no message: /);
    await assert.rejects(read('[]'), /Line 1 is no message: it is no JSON object\./);
    await assert.rejects(read('{"key":"k"}'), /it has no “value”/);
    await assert.rejects(read('{"value":{"id":"o"}}'), /decoded by a contract, and this channel has none/);
    await assert.rejects(read('{"value":{"id":1,"cents":1}}', avro), /Line 1 is no message: \/id /);
  });
});

describe('a job of publishing', () => {
  const job = (source: PublishSource, rate?: number): PublishJob => ({
    protocol: 'kafka',
    connect: { url: 'localhost:9092' },
    target: { address: 'orders', kind: 'topic' },
    source,
    rate,
  });
  /** A broker behind our own interface that refuses the message with this number. */
  const run = async (
    source: PublishSource,
    more: { readonly refuse?: number; readonly cancelAt?: number; readonly needs?: Partial<JobNeeds> } = {},
  ) => {
    const sent: OutgoingMessage[] = [];
    const told: PublishProgress[] = [];
    const abort = new AbortController();
    let closed = 0;
    const session = {
      about: 'a broker',
      publisher: async () => ({
        publish: async (one: OutgoingMessage) => {
          if (sent.length === more.refuse) throw new Error('The broker took it not.');
          sent.push(one);
          if (sent.length === more.cancelAt) abort.abort();
          return { partition: 0, offset: String(sent.length - 1), note: 'Nobody confirms it.' };
        },
        close: async () => void closed++,
      }),
      close: async () => void closed++,
    } as Partial<BrokerSession> as BrokerSession;
    await runJob(
      job(source),
      { connect: async () => session, encoder: async () => undefined, held: undefined, ...more.needs },
      (progress) => told.push(progress),
      abort.signal,
    );
    return { sent, last: told.at(-1)!, closed };
  };

  it('sends what it was told to, and says what the broker could not promise once', async () => {
    const { sent, last, closed } = await run({ is: 'draft', draft: plain('m'), count: 3 });
    assert.equal(sent.length, 3);
    assert.deepEqual(last, {
      state: 'done',
      done: 3,
      of: 3,
      notes: ['Nobody confirms it.'],
      last: { partition: 0, offset: '2' },
    });
    assert.equal(closed, 2);
  });

  it('ends at the first message that is refused, and sends nothing behind it', async () => {
    const { sent, last, closed } = await run({ is: 'draft', draft: plain('m'), count: 5 }, { refuse: 2 });
    assert.deepEqual([sent.length, last.state, last.done, last.reason, closed], [2, 'failed', 2, 'The broker took it not.', 2]);
  });

  it('is cancelled between two messages, those that were sent being counted', async () => {
    const { sent, last } = await run({ is: 'draft', draft: plain('m'), count: 5 }, { cancelAt: 3 });
    assert.deepEqual([sent.length, last.state, last.done], [3, 'cancelled', 3]);
  });

  it('makes samples that the contract takes, another one each', async () => {
    const decoder = await decoderFor(avro);
    const { sent } = await run({ is: 'samples', draft: plain(''), seed: 1, count: 4 }, { needs: { encoder: () => encoderFor(avro) } });
    assert.deepEqual(sent.map((one) => decoder.check(one.value!)), ['valid', 'valid', 'valid', 'valid']);
    assert.equal(new Set(sent.map((one) => Buffer.from(one.value!).toString('hex'))).size, 4);
  });

  it('passes on what a tail holds, and says which message was gone before its turn', async () => {
    const held = new Map([[4, message(Buffer.from('four'), { key: 'k' })], [6, message(Buffer.from('six'))]]);
    const needs = { held: { shown: () => [4, 6], message: (seq: number) => held.get(seq) } };
    const all = await run({ is: 'tail', tail: 't' }, { needs });
    assert.deepEqual(all.sent.map((one) => Buffer.from(one.value!).toString()), ['four', 'six']);
    assert.equal(all.last.of, 2);
    const gone = await run({ is: 'tail', tail: 't', seqs: [4, 5, 6] }, { needs });
    assert.deepEqual([gone.sent.length, gone.last.reason], [1, 'Message 5 fell out of the tail’s buffer before it was published.']);
    const packed = await run({ is: 'tail', tail: 't', seqs: [1] }, { needs: { held: { shown: () => [], message: () => message(null, { undecodable: 'no codec' }) } } });
    assert.match(packed.last.reason!, /could not be unpacked: no codec/);
  });
});
