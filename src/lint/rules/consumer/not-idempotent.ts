import { effectiveConsume, isJetStream } from '../../../delivery/effective';
import { guaranteesOf } from '../../../delivery/guarantees';
import type { Consume } from '../../../model/model';
import { text } from '../../example';
import { defineRule } from '../../rule';
import { wishRelated } from '../../wants';
import { couldSaySettings, edgeWords } from '../../words';

/** At-least-once means that messages come twice; something must notice. */
export default defineRule({
  name: 'consumer/not-idempotent',
  severity: 'warning',
  enabled: false,
  summary: 'A consumer gets messages again after a failure, and no file says how it recognises them.',
  why: `
Whoever acknowledges after the work gets a message again when it fails between the two, or when the connection does: that
is what keeps messages from getting lost. The work must bear it. \`idempotentBy\` names the field by which a
repeated message is recognised, or which makes the work come to the same (an upsert by an order's id).

It is reported where messages must not get lost, as an information where nobody declares a guarantee. Where the publisher
is known, the flow is looked at as a whole: it is reported if a single fault anywhere on the way can have the work done twice.
Else the consumer's settings decide, and it is not reported where they let nothing come again: commits before the work
or in Kafka transactions, automatic acknowledgement, QoS 0, core NATS; nor of QoS 2, by which MQTT delivers once. It is off by default: no existing file says it, so that every consumer would be reported.`,
  sources: [
    'https://www.rabbitmq.com/docs/reliability',
    'https://kafka.apache.org/documentation/#semantics',
    'https://docs.nats.io/nats-concepts/jetstream/consumers',
  ],
  messages: {
    repeats: '{edge} and {how}, so that the work is done twice. Say by which field a repeated message is recognised (idempotentBy).',
  },
  examples: {
    invalid: [
      {
        files: text`
          flow: 1
          brokers:
            events: { protocol: kafka }
            work: { protocol: rabbitmq }
            field: { protocol: mqtt }
            inside: { protocol: nats }
          channels:
            orders.placed: { broker: events }
            mail: { broker: work, queue: quorum }
            doors: { broker: field }
            jobs.done: { broker: inside, stream: { storage: file, replicas: 3 } }
          services:
            billing:
              consumes:
                orders.placed: { guarantee: at-least-once, group: billing, commit: after-processing }
                mail: { guarantee: at-least-once, ack: manual }
                doors: { guarantee: at-least-once, qos: 1, cleanStart: false }
                jobs.done: { durable: billing, ackPolicy: explicit }
        `,
        report: text`
          warning consumer/not-idempotent billing consumes topic orders.placed and reads a record again after a crash between its work and the commit, so that the work is done twice. Say by which field a repeated message is recognised (idempotentBy).
            test.flow.yaml:15:7
            15 |       orders.placed: { guarantee: at-least-once, group: billing, commit: after-processing }
               |       ^^^^^^^^^^^^^
            test.flow.yaml:15:35 billing declares at-least-once here

          warning consumer/not-idempotent billing consumes queue mail and gets a message again if the connection drops before its ack, so that the work is done twice. Say by which field a repeated message is recognised (idempotentBy).
            test.flow.yaml:16:7
            16 |       mail: { guarantee: at-least-once, ack: manual }
               |       ^^^^
            test.flow.yaml:16:26 billing declares at-least-once here

          warning consumer/not-idempotent billing consumes topic doors and gets a message again if the connection drops before its PUBACK, so that the work is done twice. Say by which field a repeated message is recognised (idempotentBy).
            test.flow.yaml:17:7
            17 |       doors: { guarantee: at-least-once, qos: 1, cleanStart: false }
               |       ^^^^^
            test.flow.yaml:17:27 billing declares at-least-once here

          info consumer/not-idempotent billing consumes stream jobs.done and gets a message again if its ack does not arrive within the ack wait, so that the work is done twice. Say by which field a repeated message is recognised (idempotentBy).
            test.flow.yaml:18:7
            18 |       jobs.done: { durable: billing, ackPolicy: explicit }
               |       ^^^^^^^^^
        `,
      },
    ],
    valid: [
      {
        files: text`
          flow: 1
          brokers:
            events: { protocol: kafka }
            work: { protocol: rabbitmq }
          channels:
            orders.placed: { broker: events }
            mail: { broker: work, queue: quorum }
          services:
            billing:
              consumes:
                orders.placed: { guarantee: at-least-once, group: billing, idempotentBy: order_id }
                mail: { guarantee: at-least-once, ack: manual, idempotentBy: mail_id }
        `,
      },
      {
        files: text`
          flow: 1
          brokers:
            events: { protocol: kafka }
            work: { protocol: rabbitmq }
            field: { protocol: mqtt }
            inside: { protocol: nats }
          channels:
            orders.placed: { broker: events }
            clicks: { broker: events }
            mail: { broker: work, queue: quorum }
            doors: { broker: field }
            trucks.position: { broker: inside }
          services:
            billing:
              consumes:
                orders.placed: { guarantee: exactly-once, group: billing, commit: transaction }
                clicks: { guarantee: at-most-once, group: billing }
                mail: { ack: auto }
                doors: { guarantee: at-least-once, qos: 2 }
                trucks.position: {}
        `,
      },
    ],
  },
  * check(model, { wants }) {
    const flows = guaranteesOf(model);
    for (const consume of model.consumes) {
      if (consume.channel === undefined || consume.settings.idempotentBy !== undefined) continue;
      const wish = wants.consume(consume);
      if (wish.kind === 'waived' || (wish.kind === 'undeclared' && !couldSaySettings(consume))) continue;
      const how = howItRepeats(consume);
      const ways = flows.filter(({ flow }) => flow.consume === consume);
      // Where the publisher is known, the whole way decides; else what the consumer does.
      const twice = ways.find(({ hazards }) => (hazards.duplication.faults ?? Infinity) <= 1);
      if (ways.length > 0 ? twice === undefined : how === undefined) continue;
      yield {
        message: 'repeats',
        at: consume.at,
        data: { edge: edgeWords(consume), how: how ?? `one fault on the way from ${twice?.flow.publish.service.name ?? 'its publisher'} has a message delivered twice` },
        severity: wish.kind === 'declared' ? 'warning' : 'info',
        related: wishRelated(wish),
      };
    }
  },
});

/** How a message comes again; undefined where the settings let none come twice. */
function howItRepeats(consume: Consume): string | undefined {
  const { ack, qos, ackPolicy } = effectiveConsume(consume);
  switch (consume.protocol) {
    case 'kafka': {
      const commit = consume.settings.commit?.value;
      if (commit === 'before-processing' || commit === 'transaction') return undefined;
      return 'reads a record again after a crash between its work and the commit';
    }
    case 'rabbitmq':
      if (ack === undefined || ack.from === 'unknown' || ack.value === 'auto') return undefined;
      return 'gets a message again if the connection drops before its ack';
    case 'mqtt':
      return qos?.from === 'declared' && qos.value === 1 ? 'gets a message again if the connection drops before its PUBACK' : undefined;
    case 'nats':
      if (!isJetStream(consume) || (ackPolicy?.from !== 'unknown' && ackPolicy?.value === 'none')) return undefined;
      return 'gets a message again if its ack does not arrive within the ack wait';
    default:
      return undefined;
  }
}
