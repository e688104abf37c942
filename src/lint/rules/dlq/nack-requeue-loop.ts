import type { SourceRange } from '../../../text/range';
import { replaceFix } from '../../dialectKeys';
import { text } from '../../example';
import { requeueLoop } from '../../redelivery';
import { defineRule } from '../../rule';
import { judge, wishRelated } from '../../wants';
import { edgeWords, originOf, reasonOf } from '../../words';

/** A message that always fails is put back for ever. */
export default defineRule({
  name: 'dlq/nack-requeue-loop',
  severity: 'error',
  summary: 'A RabbitMQ consumer puts what it cannot process back into a queue that never gives up.',
  why: `
A message that is requeued goes back to the queue and is delivered again at once. A classic queue counts
nothing: one message that cannot be processed keeps its consumer, the network and the broker busy for ever. A quorum
queue gives up after 20 deliveries since RabbitMQ 4.0, but since 4.3 basic.nack counts no more as a failed one: only
basic.reject and lost consumers do, so that the limit never ends such a loop. A delayed retry (4.3) makes
it slower, but does not end it.

A consumer that says after how many retries it gives up (\`onFailure.retries\`) is left alone, and so is a queue of
which no file says that it exists. Spring AMQP's listener container requeues by default when a listener throws; of other
clients only what is written counts.`,
  sources: [
    'https://www.rabbitmq.com/docs/confirms#consumer-nacks-requeue',
    'https://www.rabbitmq.com/docs/quorum-queues#poison-message-handling',
    'https://www.rabbitmq.com/docs/4.3/nack',
    'https://docs.spring.io/spring-amqp/reference/amqp/containerAttributes.html',
  ],
  messages: {
    written: '{edge} and puts back what fails (requeue {requeue}); {why}: a message that always fails comes back for ever. Set requeue to false and give the queue a dead-letter exchange.',
    default: '{edge} and says nothing of requeue; {reason}, and {why}: a message that always fails comes back for ever. Set requeue to false and give the queue a dead-letter exchange.',
  },
  examples: {
    invalid: [
      {
        files: text`
          flow: 1
          brokers:
            work: { protocol: rabbitmq, version: "4.3" }
          channels:
            mail: { broker: work, queue: classic }
            print: { broker: work, queue: quorum }
            scan: { broker: work, queue: quorum, deliveryLimit: -1 }
          services:
            mailer:
              consumes:
                mail: { guarantee: at-least-once, ack: manual, requeue: true }
                print: { guarantee: at-least-once, ack: manual, requeue: true }
                scan: { ack: manual, requeue: true }
        `,
        report: text`
          error dlq/nack-requeue-loop mailer consumes queue mail and puts back what fails (requeue true); a classic queue counts no deliveries: a message that always fails comes back for ever. Set requeue to false and give the queue a dead-letter exchange.
            test.flow.yaml:11:63
            11 |       mail: { guarantee: at-least-once, ack: manual, requeue: true }
               |                                                               ^^^^
            test.flow.yaml:11:26 mailer declares at-least-once here

          error dlq/nack-requeue-loop mailer consumes queue print and puts back what fails (requeue true); since RabbitMQ 4.3 basic.nack does not count towards its delivery limit: a message that always fails comes back for ever. Set requeue to false and give the queue a dead-letter exchange.
            test.flow.yaml:12:64
            12 |       print: { guarantee: at-least-once, ack: manual, requeue: true }
               |                                                                ^^^^
            test.flow.yaml:12:27 mailer declares at-least-once here

          warning dlq/nack-requeue-loop mailer consumes queue scan and puts back what fails (requeue true); the queue has no delivery limit: a message that always fails comes back for ever. Set requeue to false and give the queue a dead-letter exchange.
            test.flow.yaml:13:37
            13 |       scan: { ack: manual, requeue: true }
               |                                     ^^^^
        `,
        fixed: text`
          flow: 1
          brokers:
            work: { protocol: rabbitmq, version: "4.3" }
          channels:
            mail: { broker: work, queue: classic }
            print: { broker: work, queue: quorum }
            scan: { broker: work, queue: quorum, deliveryLimit: -1 }
          services:
            mailer:
              consumes:
                mail: { guarantee: at-least-once, ack: manual, requeue: false }
                print: { guarantee: at-least-once, ack: manual, requeue: false }
                scan: { ack: manual, requeue: false }
        `,
      },
      {
        files: text`
          === definitions.json
          {
            "rabbit_version": "4.1.0",
            "vhosts": [{ "name": "/" }],
            "queues": [{ "name": "mail", "vhost": "/", "durable": true, "auto_delete": false, "arguments": { "x-queue-type": "classic" } }]
          }
          === mailer.flow.yaml
          flow: 1
          services:
            mailer:
              client: spring-amqp@3.1
              consumes:
                mail: { guarantee: at-least-once }
        `,
        report: text`
          error dlq/nack-requeue-loop mailer consumes queue mail and says nothing of requeue; Spring AMQP's default is true, and a classic queue counts no deliveries: a message that always fails comes back for ever. Set requeue to false and give the queue a dead-letter exchange.
            mailer.flow.yaml:6:7
            6 |       mail: { guarantee: at-least-once }
              |       ^^^^
            mailer.flow.yaml:6:26 mailer declares at-least-once here
        `,
      },
    ],
    valid: [
      {
        files: text`
          flow: 1
          brokers:
            work: { protocol: rabbitmq, version: "4.1" }
          channels:
            dead: { broker: work, queue: quorum }
            mail: { broker: work, queue: classic, deadLetter: dead }
            print: { broker: work, queue: quorum, deadLetter: dead }
          services:
            mailer:
              consumes:
                mail: { guarantee: at-least-once, ack: manual, requeue: false }
                print: { guarantee: at-least-once, ack: manual, requeue: true }
        `,
      },
      {
        files: text`
          flow: 1
          brokers:
            work: { protocol: rabbitmq, version: "4.3" }
          channels:
            mail: { broker: work, queue: classic }
          services:
            mailer:
              consumes:
                mail: { guarantee: at-least-once, ack: manual, requeue: true, onFailure: { retries: 5 } }
            printer:
              client: amqplib@0.10
              consumes:
                mail: { ack: manual }
        `,
      },
    ],
  },
  * check(model, { wants }) {
    for (const consume of model.consumes) {
      const loop = requeueLoop(consume);
      if (loop === undefined) continue;
      const wish = wants.consume(consume);
      const severity = judge('error', wish, originOf(loop.requeue) ?? 'assumed');
      if (severity === undefined) continue;
      const { requeue, why } = loop;
      const declared = requeue.from === 'declared';
      const at: SourceRange = declared ? requeue.at : consume.at;
      yield {
        message: declared ? 'written' : 'default', at,
        data: { edge: edgeWords(consume), requeue: 'true', reason: reasonOf(consume, requeue), why: reasons[why] },
        severity, related: wishRelated(wish),
        fixes: declared ? replaceFix(model, requeue.at, 'requeue', 'false', false) : undefined,
      };
    }
  },
});

const reasons = {
  classic: 'a classic queue counts no deliveries',
  unlimited: 'the queue has no delivery limit',
  nack: 'since RabbitMQ 4.3 basic.nack does not count towards its delivery limit',
};
