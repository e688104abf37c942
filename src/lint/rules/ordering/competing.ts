import { effectiveConsume, isJetStream } from '../../../delivery/effective';
import type { Channel, Consume } from '../../../model/model';
import type { Fix } from '../../../text/problem';
import { insertFix, replaceFix } from '../../dialectKeys';
import { text } from '../../example';
import { orderAt, orderOf, orderRelated } from '../../orderWish';
import { defineRule, type Finding } from '../../rule';
import { channelWords, edgeWords, listWords } from '../../words';

/** Several consumers share what must be processed in order. */
export default defineRule({
  name: 'ordering/competing',
  severity: 'error',
  summary: 'Messages that must stay in order are shared among several consumers.',
  why: `
A RabbitMQ queue gives each message to the next consumer that is free. The second is done when the first is still
working, in normal running and without any fault; a requeue mixes them further. With x-single-active-consumer only one
consumer gets messages, and another takes over when it is gone. A JetStream consumer that several instances share does
the same unless its max_ack_pending is 1; so does a NATS queue group, and a share group in Kafka, which promises no
order. Where order is needed per key only, a consistent-hash exchange, a partitioned subject or an ordinary consumer
group spreads the keys and keeps each in order.

Asked only where somebody says that order counts: \`ordering\` of the channel, or \`needs.ordering\`. What order a topic's
partitions and MQTT's filters have, \`fit/ordering\` tells.`,
  sources: [
    'https://www.rabbitmq.com/docs/queues#message-ordering',
    'https://www.rabbitmq.com/docs/consumers#single-active-consumer',
    'https://docs.nats.io/nats-concepts/subject_mapping#deterministic-subject-token-partitioning',
    'https://docs.nats.io/nats-concepts/core-nats/queue',
    'https://cwiki.apache.org/confluence/display/KAFKA/KIP-932%3A+Queues+for+Kafka',
  ],
  messages: {
    queue: '{channel} is shared by {count} consumers ({who}), but its messages are needed in order: one overtakes the other. Set singleActiveConsumer on the queue.',
    jetstream: '{edge} with {count} members on one consumer, but messages are needed in order: one overtakes the other. Set maxAckPending to 1.',
    group: '{edge} in queue group {group}, but messages are needed in order: members overtake each other. Let one subscriber take them all, or spread keys over partitioned subjects.',
    share: '{edge} in a share group, which promises no order, but records are needed in order. Use an ordinary consumer group.',
    parallel: '{edge} and works on {count} messages at a time, but they are needed in total order: one overtakes the other. Set concurrency to 1.',
  },
  examples: {
    invalid: [
      {
        files: text`
          flow: 1
          brokers:
            work: { protocol: rabbitmq }
            events: { protocol: kafka }
          channels:
            payments: { broker: work, queue: quorum, ordering: per-key }
            ledger: { broker: work, queue: quorum, singleActiveConsumer: true, ordering: total }
            orders.placed: { broker: events, ordering: per-key }
          services:
            bank:
              instances: 3
              consumes:
                payments: { ack: manual, prefetch: 10 }
            books:
              consumes:
                ledger: { ack: manual, prefetch: 10, concurrency: 4 }
                orders.placed: { group: books, shareGroup: true }
        `,
        report: text`
          error ordering/competing queue payments is shared by 3 consumers (3 instances of bank), but its messages are needed in order: one overtakes the other. Set singleActiveConsumer on the queue.
            test.flow.yaml:6:3
            6 |   payments: { broker: work, queue: quorum, ordering: per-key }
              |   ^^^^^^^^
            test.flow.yaml:6:54 queue payments needs per-key order
            test.flow.yaml:11:16 bank runs 3 times

          error ordering/competing books consumes queue ledger and works on 4 messages at a time, but they are needed in total order: one overtakes the other. Set concurrency to 1.
            test.flow.yaml:16:57
            16 |       ledger: { ack: manual, prefetch: 10, concurrency: 4 }
               |                                                         ^
            test.flow.yaml:7:80 queue ledger needs total order

          error ordering/competing books consumes topic orders.placed in a share group, which promises no order, but records are needed in order. Use an ordinary consumer group.
            test.flow.yaml:17:50
            17 |       orders.placed: { group: books, shareGroup: true }
               |                                                  ^^^^
            test.flow.yaml:8:46 topic orders.placed needs per-key order
        `,
      },
      {
        files: text`
          flow: 1
          brokers:
            inside: { protocol: nats }
          channels:
            payments: { broker: inside, stream: { storage: file, replicas: 3 }, ordering: total }
          services:
            bank:
              instances: 3
              consumes:
                payments: { durable: bank, ackPolicy: explicit }
        `,
        report: text`
          error ordering/competing bank consumes stream payments with 3 members on one consumer, but messages are needed in order: one overtakes the other. Set maxAckPending to 1.
            test.flow.yaml:10:7
            10 |       payments: { durable: bank, ackPolicy: explicit }
               |       ^^^^^^^^
            test.flow.yaml:5:81 stream payments needs total order
            test.flow.yaml:8:16 bank runs 3 times
        `,
        fixed: text`
          flow: 1
          brokers:
            inside: { protocol: nats }
          channels:
            payments: { broker: inside, stream: { storage: file, replicas: 3 }, ordering: total }
          services:
            bank:
              instances: 3
              consumes:
                payments: { durable: bank, ackPolicy: explicit, maxAckPending: 1 }
        `,
      },
      {
        files: text`
          flow: 1
          brokers:
            inside: { protocol: nats }
          channels:
            prices: { broker: inside, ordering: per-key }
          services:
            screen:
              consumes:
                prices: { queueGroup: screens }
        `,
        report: text`
          error ordering/competing screen consumes subject prices in queue group screens, but messages are needed in order: members overtake each other. Let one subscriber take them all, or spread keys over partitioned subjects.
            test.flow.yaml:9:29
            9 |       prices: { queueGroup: screens }
              |                             ^^^^^^^
            test.flow.yaml:5:39 subject prices needs per-key order
        `,
      },
      {
        files: text`
          === definitions.json
          {
            "rabbit_version": "4.1.0",
            "vhosts": [{ "name": "/" }],
            "queues": [{ "name": "payments", "vhost": "/", "durable": true, "auto_delete": false, "arguments": { "x-queue-type": "quorum" } }]
          }
          === bank.flow.yaml
          flow: 1
          channels:
            payments: { queue: quorum, ordering: total }
          services:
            bank:
              consumes:
                payments: { ack: manual }
            audit:
              consumes:
                payments: { ack: manual }
        `,
        report: text`
          error ordering/competing queue payments is shared by 2 consumers (bank and audit), but its messages are needed in order: one overtakes the other. Set singleActiveConsumer on the queue.
            definitions.json:4:25
            4 |   "queues": [{ "name": "payments", "vhost": "/", "durable": true, "auto_delete": false, "arguments": { "x-queue-type": "quorum" } }]
              |                         ^^^^^^^^
            bank.flow.yaml:3:40 queue payments needs total order
        `,
      },
    ],
    valid: [
      {
        files: text`
          flow: 1
          brokers:
            work: { protocol: rabbitmq }
            inside: { protocol: nats }
          channels:
            payments: { broker: work, queue: quorum, singleActiveConsumer: true, ordering: per-key }
            transfers: { broker: inside, stream: { storage: file, replicas: 3 }, ordering: total }
          services:
            bank:
              instances: 3
              consumes:
                payments: { ack: manual, prefetch: 10 }
                transfers: { durable: bank, ackPolicy: explicit, maxAckPending: 1 }
        `,
      },
      {
        files: text`
          flow: 1
          brokers:
            work: { protocol: rabbitmq }
            events: { protocol: kafka }
          channels:
            payments: { broker: work, queue: quorum, ordering: per-key }
            mail: { broker: work, queue: quorum }
            audit: { broker: work, queue: stream, ordering: total }
            orders.placed: { broker: events, ordering: per-key }
          services:
            bank:
              consumes:
                payments: { ack: manual, prefetch: 10 }
            mailer:
              instances: 3
              consumes:
                mail: { ack: manual }
                audit: { ack: manual, prefetch: 10 }
                orders.placed: { group: mailer }
        `,
      },
    ],
  },
  * check(model): Iterable<Finding<Message>> {
    for (const channel of model.channels) if (channel.protocol === 'rabbitmq') yield* queueOf(channel);
    for (const consume of model.consumes) {
      const wish = orderOf(consume);
      if (wish === undefined) continue;
      const { shareGroup, concurrency, queueGroup } = consume.settings;
      const data = { edge: edgeWords(consume) };
      const related = orderRelated(wish);
      const members = consume.service.instances?.value ?? 1;
      if (consume.protocol === 'kafka' && shareGroup?.value === true) {
        yield { message: 'share', at: shareGroup.at, data, related };
      } else if (consume.protocol === 'nats' && isJetStream(consume)) {
        const { maxAckPending } = effectiveConsume(consume);
        if (maxAckPending === undefined || maxAckPending.from === 'unknown' || maxAckPending.value === 1 || members < 2) continue;
        const fixes: Fix[] = maxAckPending.from === 'declared'
          ? replaceFix(model, maxAckPending.at, 'maxAckPending', '1', false) : insertFix(consume, 'maxAckPending', '1', false);
        yield {
          message: 'jetstream', at: maxAckPending.from === 'declared' ? maxAckPending.at : consume.at, data: { ...data, count: members },
          related: [...related, ...instancesOf(consume)], fixes,
        };
      } else if (consume.protocol === 'nats' && queueGroup !== undefined && (members > 1 || consume.service.instances === undefined)) {
        yield { message: 'group', at: queueGroup.at, data: { ...data, group: queueGroup.value }, related };
      } else if (concurrency !== undefined && concurrency.value > 1 && wish.order.value === 'total' && consume.protocol !== 'kafka') {
        // Kafka's clients work on partitions at a time; what one instance does within a partition no file says.
        yield { message: 'parallel', at: concurrency.at, data: { ...data, count: concurrency.value }, related };
      }
    }
  },
});

type Message = 'queue' | 'jetstream' | 'group' | 'share' | 'parallel';

function* queueOf(queue: Channel): Iterable<Finding<Message>> {
  const { singleActiveConsumer, queue: type, open } = queue.settings;
  if (queue.space !== 'queue' || type?.value === 'stream' || singleActiveConsumer?.value === true || open?.includes('singleActiveConsumer')) return;
  const members = queue.consumes.map((consume) => consume.service.instances?.value ?? 1);
  const count = members.reduce((sum, n) => sum + n, 0);
  const wish = orderAt(queue);
  if (count < 2 || wish === undefined) return;
  const who = listWords(queue.consumes.map((c, i) => (members[i]! > 1 ? `${members[i]!} instances of ${c.service.name}` : c.service.name)));
  yield {
    message: 'queue', at: queue.at, data: { channel: channelWords(queue), count, who },
    related: [...orderRelated(wish), ...queue.consumes.flatMap(instancesOf)],
  };
}

function instancesOf({ service }: Consume): NonNullable<Finding['related']> {
  const { instances } = service;
  return instances === undefined || instances.value < 2 ? [] : [{ at: instances.at, message: `${service.name} runs ${instances.value} times` }];
}
