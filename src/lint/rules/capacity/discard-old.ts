import { effectiveStream } from '../../../delivery/effective';
import { brokerDefaultWords } from '../../../delivery/words';
import type { StreamSettings } from '../../../model/settings';
import { valueWords } from '../../../model/settingWords';
import type { Sourced } from '../../../text/range';
import { replaceFix } from '../../dialectKeys';
import { countWords, durationWords } from '../../durations';
import { text } from '../../example';
import { defineRule } from '../../rule';
import { judge, lower, wishRelated } from '../../wants';
import { channelWords } from '../../words';

/** A work queue's limits delete work that nobody has done. */
export default defineRule({
  name: 'capacity/discard-old',
  severity: 'error',
  summary: 'A JetStream stream whose messages wait for consumers deletes the oldest when it is full, or old.',
  why: `
A stream with workqueue or interest retention keeps a message until it is acknowledged, but its limits hold all
the same. With discard \`old\`, the server's default, a stream that reaches max_msgs or max_bytes deletes its
oldest messages, though no consumer received them. With discard \`new\` it refuses the next publish, which a publisher
that awaits the acknowledgement sees.

A max_age deletes by time whatever the discard policy says. That may be what somebody wants of old work, so it
counts one step less.`,
  sources: ['https://docs.nats.io/nats-concepts/jetstream/streams#retentionpolicy', 'https://docs.nats.io/nats-concepts/jetstream/streams#discardpolicy'],
  messages: {
    written: '{channel} with {retention} retention holds at most {limit} and discards old messages: once it is full it deletes work that nobody has done. Set discard to new, and have publishers await the acknowledgement.',
    default: '{channel} with {retention} retention holds at most {limit} and says no discard; {reason}: once it is full it deletes work that nobody has done. Set discard to new, and have publishers await the acknowledgement.',
    age: '{channel} with {retention} retention has maxAge {age}: work that nobody has done by then is deleted. Take maxAge away, or make it longer than any outage.',
  },
  examples: {
    invalid: [
      {
        files: text`
          flow: 1
          brokers:
            inside: { protocol: nats }
          channels:
            jobs.print: { broker: inside, stream: { retention: workqueue, discard: old, maxMessages: 100000 } }
          services:
            printer:
              consumes:
                jobs.print: { guarantee: at-least-once, durable: printer, ackPolicy: explicit }
        `,
        report: text`
          error capacity/discard-old stream jobs.print with workqueue retention holds at most 100,000 messages and discards old messages: once it is full it deletes work that nobody has done. Set discard to new, and have publishers await the acknowledgement.
            test.flow.yaml:5:74
            5 |   jobs.print: { broker: inside, stream: { retention: workqueue, discard: old, maxMessages: 100000 } }
              |                                                                          ^^^
            test.flow.yaml:9:32 printer declares at-least-once here
        `,
        fixed: text`
          flow: 1
          brokers:
            inside: { protocol: nats }
          channels:
            jobs.print: { broker: inside, stream: { retention: workqueue, discard: new, maxMessages: 100000 } }
          services:
            printer:
              consumes:
                jobs.print: { guarantee: at-least-once, durable: printer, ackPolicy: explicit }
        `,
      },
      {
        files: text`
          flow: 1
          brokers:
            inside: { protocol: nats }
          channels:
            jobs.scan: { broker: inside, stream: { retention: workqueue, maxAge: 1h } }
          services:
            scanner:
              consumes:
                jobs.scan: { guarantee: at-least-once, durable: scanner, ackPolicy: explicit }
        `,
        report: text`
          warning capacity/discard-old stream jobs.scan with workqueue retention has maxAge 1h: work that nobody has done by then is deleted. Take maxAge away, or make it longer than any outage.
            test.flow.yaml:5:72
            5 |   jobs.scan: { broker: inside, stream: { retention: workqueue, maxAge: 1h } }
              |                                                                        ^^
            test.flow.yaml:9:31 scanner declares at-least-once here
        `,
      },
      {
        files: text`
          === stream.yaml
          apiVersion: jetstream.nats.io/v1beta2
          kind: Stream
          metadata:
            name: jobs
          spec:
            name: JOBS
            subjects: ["jobs.>"]
            storage: file
            replicas: 3
            retention: workqueue
            maxBytes: 1073741824
        `,
        report: text`
          warning capacity/discard-old stream JOBS with workqueue retention holds at most 1GiB and says no discard; the NATS server's default is old: once it is full it deletes work that nobody has done. Set discard to new, and have publishers await the acknowledgement.
            stream.yaml:11:13
            11 |   maxBytes: 1073741824
               |             ^^^^^^^^^^
        `,
      },
    ],
    valid: [
      {
        files: text`
          flow: 1
          brokers:
            inside: { protocol: nats }
          channels:
            jobs.print: { broker: inside, stream: { retention: workqueue, discard: new, maxMessages: 100000 } }
            jobs.log: { broker: inside, stream: { retention: limits, maxMessages: 100000 } }
            jobs.free: { broker: inside, stream: { retention: workqueue, maxMessages: -1 } }
          services:
            printer:
              consumes:
                jobs.print: { guarantee: at-least-once, durable: printer, ackPolicy: explicit }
        `,
      },
      {
        files: text`
          flow: 1
          brokers:
            inside: { protocol: nats }
          channels:
            positions: { broker: inside, stream: { retention: interest, maxMessages: 1000 } }
          services:
            screen:
              consumes:
                positions: { guarantee: at-most-once, durable: screen }
        `,
      },
    ],
  },
  * check(model, { wants }) {
    for (const channel of model.channels) {
      const stream = channel.settings.stream;
      const { retention, discard } = effectiveStream(channel) ?? {};
      if (stream === undefined || retention?.from !== 'declared' || retention.value === 'limits') continue;
      const wish = wants.channel(channel);
      const severity = judge('error', wish, 'written');
      if (severity === undefined) continue;
      const data = { channel: channelWords(channel), retention: retention.value };
      const related = wishRelated(wish);
      const limit = limitOf(stream);
      if (limit !== undefined && discard !== undefined && discard.from !== 'unknown' && discard.value === 'old') {
        const declared = discard.from === 'declared';
        yield {
          message: declared ? 'written' : 'default', at: declared ? discard.at : limit.at,
          data: { ...data, limit: limit.words, reason: brokerDefaultWords(discard) }, severity, related,
          fixes: declared ? replaceFix(model, discard.at, 'discard', 'new', false) : undefined,
        };
      } else if (isSet(stream.maxAge)) {
        yield { message: 'age', at: stream.maxAge.at, data: { ...data, age: durationWords(stream.maxAge.value) }, severity: lower(severity), related };
      }
    }
  },
});

/** -1 and 0 are no limit. */
function isSet(limit: Sourced<number> | undefined): limit is Sourced<number> {
  return limit !== undefined && limit.value > 0;
}

function limitOf({ maxMessages, maxBytes }: StreamSettings): { words: string; at: Sourced<number>['at'] } | undefined {
  if (isSet(maxMessages)) return { words: `${countWords(maxMessages.value)} messages`, at: maxMessages.at };
  return isSet(maxBytes) ? { words: valueWords('maxBytes', maxBytes.value), at: maxBytes.at } : undefined;
}
