import { isJetStream } from '../../../delivery/effective';
import type { Consume } from '../../../model/model';
import { countWords, durationWords } from '../../durations';
import { text } from '../../example';
import { arrivalRate } from '../../retained';
import { defineRule } from '../../rule';
import { edgeWords } from '../../words';

/** A core NATS subscriber cannot keep up, and nobody waits for it. */
export default defineRule({
  name: 'capacity/slow-consumer',
  severity: 'warning',
  summary: 'A core NATS subscriber gets messages faster than it can process them.',
  why: `
Core NATS keeps nothing for a subscriber that is behind. Its client library holds a number of messages (500,000 or
64 MB in nats.go) and then drops what comes; if the client does not even read them, the server closes the connection.
A burst is what that buffer is for; a rate that is higher than the work allows fills any buffer. A queue group
shares the messages among its members, and a JetStream stream keeps them until they are taken.

Asked only where both a publisher's \`rate\` and the consumer's \`processingTime\` are stated. Messages are taken one at
a time unless \`concurrency\` says more, and only the members of a queue group share them.`,
  sources: [
    'https://docs.nats.io/running-a-nats-service/nats_admin/slow_consumers',
    'https://docs.nats.io/using-nats/developing-with-nats/events/slow',
    'https://github.com/nats-io/nats.go/blob/main/nats.go',
  ],
  messages: {
    limit: '{edge} and can process {able} messages a second ({how}), but {rate} arrive: its pending limit of {limit} is full after {after}, and messages are dropped. Add members to a queue group, or keep the messages in a JetStream stream.',
    open: '{edge} and can process {able} messages a second ({how}), but {rate} arrive: its pending messages grow until the client drops some, or the server cuts it off. Add members to a queue group, or keep the messages in a JetStream stream.',
  },
  examples: {
    invalid: [
      {
        files: text`
          flow: 1
          brokers:
            inside: { protocol: nats }
          channels:
            positions.truck: { broker: inside }
            positions.*: { broker: inside }
          services:
            gateway:
              publishes:
                positions.truck: { rate: 500 }
            map:
              consumes:
                positions.*: { processingTime: 10ms, pendingLimit: 65536 }
            planner:
              instances: 2
              consumes:
                positions.truck: { processingTime: 10ms, queueGroup: planner }
        `,
        report: text`
          warning capacity/slow-consumer map consumes subject positions.* and can process 100 messages a second (10ms each, one at a time), but 500 arrive: its pending limit of 65,536 is full after 164s, and messages are dropped. Add members to a queue group, or keep the messages in a JetStream stream.
            test.flow.yaml:13:38
            13 |       positions.*: { processingTime: 10ms, pendingLimit: 65536 }
               |                                      ^^^^
            test.flow.yaml:10:32 500 messages a second are published here

          warning capacity/slow-consumer planner consumes subject positions.truck and can process 200 messages a second (10ms each, one at a time by each of 2 members), but 500 arrive: its pending messages grow until the client drops some, or the server cuts it off. Add members to a queue group, or keep the messages in a JetStream stream.
            test.flow.yaml:17:42
            17 |       positions.truck: { processingTime: 10ms, queueGroup: planner }
               |                                          ^^^^
            test.flow.yaml:10:32 500 messages a second are published here
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
            positions.truck: { broker: inside }
          services:
            gateway:
              publishes:
                positions.truck: { rate: 500 }
            map:
              consumes:
                positions.truck: { processingTime: 10ms, concurrency: 8 }
            planner:
              instances: 6
              consumes:
                positions.truck: { processingTime: 10ms, queueGroup: planner }
        `,
      },
      {
        files: text`
          flow: 1
          brokers:
            inside: { protocol: nats }
          channels:
            positions.truck: { broker: inside }
            positions.kept: { broker: inside, stream: { subjects: [positions.kept] } }
          services:
            gateway:
              publishes:
                positions.truck: { rate: 500 }
                positions.kept: { rate: 500 }
            map:
              consumes:
                positions.truck: { processing: async, processingTime: 10ms }
                positions.kept: { processingTime: 10ms, durable: map }
        `,
      },
    ],
  },
  * check(model) {
    for (const consume of model.consumes) {
      const { processingTime, pendingLimit, processing, concurrency } = consume.settings;
      if (consume.protocol !== 'nats' || consume.channel === undefined || isJetStream(consume)) continue;
      if (processingTime === undefined || !(processingTime.value > 0)) continue;
      // A handler that returns before its work is done is bounded by nothing that a file says.
      if (processing?.value === 'async' && concurrency === undefined) continue;
      const arriving = arrivalRate(consume.channel);
      if (arriving === undefined) continue;
      const workers = workersOf(consume);
      const able = (workers.count * 1000) / processingTime.value;
      if (!(arriving.rate > able)) continue;
      const limit = pendingLimit !== undefined && pendingLimit.value > 0 ? pendingLimit.value : undefined;
      yield {
        message: limit === undefined ? 'open' : 'limit',
        at: processingTime.at,
        data: {
          edge: edgeWords(consume), able: countWords(able), how: `${durationWords(processingTime.value)} each, ${workers.words}`,
          rate: countWords(arriving.rate), limit: countWords(limit ?? 0),
          after: durationWords(Math.ceil((limit ?? 0) * workers.members / (arriving.rate - able)) * 1000),
        },
        related: arriving.stated.slice(0, 3).map((rate) => ({ at: rate.at, message: `${countWords(rate.value)} messages a second are published here` })),
      };
    }
  },
});

/** How many messages are worked on at a time. Members outside a queue group each get every message. */
function workersOf({ settings, service }: Consume): { count: number; members: number; words: string } {
  const each = Math.max(1, settings.concurrency?.value ?? 1);
  const members = settings.queueGroup === undefined ? 1 : Math.max(1, service.instances?.value ?? 1);
  const shared = members > 1 ? ` by each of ${members} members` : '';
  return { count: each * members, members, words: `${each === 1 ? 'one' : each} at a time${shared}` };
}
