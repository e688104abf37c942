import { effectiveConsume, isJetStream } from '../../../delivery/effective';
import { patternsOverlap } from '../../../model/match';
import type { Broker, Consume, FlowModel } from '../../../model/model';
import { text } from '../../example';
import { defineRule } from '../../rule';
import { judge, wishRelated } from '../../wants';
import { edgeWords } from '../../words';

/** JetStream stops delivering a message, and nobody is told. */
export default defineRule({
  name: 'dlq/max-deliver-silent',
  severity: 'warning',
  summary: 'A JetStream consumer gives messages up after some deliveries, and nobody listens for it.',
  why: `
JetStream has no dead-letter queue. A message that was delivered max_deliver times without an acknowledgement stays in
the stream, but this consumer gets it no more; in a work queue it then lies there until somebody deletes it. All that
the server does is to publish an advisory, to \`$JS.EVENT.ADVISORY.CONSUMER.MAX_DELIVERIES.<stream>.<consumer>\`. Who
listens there can fetch the message by its sequence number and keep it elsewhere.`,
  sources: [
    'https://docs.nats.io/using-nats/developing-with-nats/js/consumers#dead-letter-queues-type-functionality',
    'https://docs.nats.io/nats-concepts/jetstream/consumers',
    'https://docs.nats.io/running-a-nats-service/nats_admin/monitoring/monitoring_jetstream',
  ],
  messages: {
    silent: '{edge} with maxDeliver {maxDeliver}: a message that fails that often stays in the stream and is delivered no more, and nobody consumes the advisory that says so. Consume $JS.EVENT.ADVISORY.CONSUMER.MAX_DELIVERIES.>, or name the channel that such messages go to (onFailure.deadLetter).',
  },
  examples: {
    invalid: [
      {
        files: text`
          flow: 1
          brokers:
            inside: { protocol: nats }
          channels:
            routes.planned: { broker: inside, stream: { storage: file, replicas: 3 } }
          services:
            planner:
              consumes:
                routes.planned: { guarantee: at-least-once, durable: planner, ackPolicy: explicit, maxDeliver: 5 }
        `,
        report: text`
          warning dlq/max-deliver-silent planner consumes stream routes.planned with maxDeliver 5: a message that fails that often stays in the stream and is delivered no more, and nobody consumes the advisory that says so. Consume $JS.EVENT.ADVISORY.CONSUMER.MAX_DELIVERIES.>, or name the channel that such messages go to (onFailure.deadLetter).
            test.flow.yaml:9:102
            9 |       routes.planned: { guarantee: at-least-once, durable: planner, ackPolicy: explicit, maxDeliver: 5 }
              |                                                                                                      ^
            test.flow.yaml:9:36 planner declares at-least-once here
        `,
      },
      {
        files: text`
          === consumer.yaml
          apiVersion: jetstream.nats.io/v1beta2
          kind: Consumer
          metadata:
            name: planner
          spec:
            streamName: ROUTES
            durableName: planner
            ackPolicy: explicit
            maxDeliver: 20
        `,
        report: text`
          info dlq/max-deliver-silent planner consumes subject ROUTES with maxDeliver 20: a message that fails that often stays in the stream and is delivered no more, and nobody consumes the advisory that says so. Consume $JS.EVENT.ADVISORY.CONSUMER.MAX_DELIVERIES.>, or name the channel that such messages go to (onFailure.deadLetter).
            consumer.yaml:9:15
            9 |   maxDeliver: 20
              |               ^^
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
            routes.planned: { broker: inside, stream: { storage: file, replicas: 3 } }
            $JS.EVENT.ADVISORY.CONSUMER.MAX_DELIVERIES.>: { broker: inside, external: true }
          services:
            planner:
              consumes:
                routes.planned: { guarantee: at-least-once, durable: planner, ackPolicy: explicit, maxDeliver: 5 }
            support:
              consumes:
                $JS.EVENT.ADVISORY.CONSUMER.MAX_DELIVERIES.>: {}
        `,
      },
      {
        files: text`
          flow: 1
          brokers:
            inside: { protocol: nats }
          channels:
            routes.planned: { broker: inside, stream: { storage: file, replicas: 3 } }
            routes.dead: { broker: inside, stream: { storage: file, replicas: 3 } }
          services:
            planner:
              consumes:
                routes.planned: { guarantee: at-least-once, durable: planner, ackPolicy: explicit, maxDeliver: 5, onFailure: { deadLetter: routes.dead } }
            screen:
              consumes:
                routes.planned: { guarantee: at-least-once, durable: screen, ackPolicy: explicit, maxDeliver: -1 }
        `,
      },
    ],
  },
  * check(model, { wants }) {
    for (const consume of model.consumes) {
      const { channel, settings } = consume;
      const { maxDeliver, onFailure } = settings;
      if (consume.protocol !== 'nats' || !isJetStream(consume) || maxDeliver === undefined || !(maxDeliver.value > 0)) continue;
      if (onFailure?.deadLetter !== undefined || channel?.isDeadLetter || channel?.routesOut.some((r) => r.kind === 'dead-letter')) continue;
      // Without acknowledgements there is no second delivery.
      const { ackPolicy } = effectiveConsume(consume);
      if (ackPolicy?.from === 'declared' && ackPolicy.value === 'none') continue;
      if (hearsAdvisory(model, channel?.broker)) continue;
      const wish = wants.consume(consume);
      const severity = judge('warning', wish, 'written');
      if (severity === undefined) continue;
      yield {
        message: 'silent', at: maxDeliver.at, data: { edge: edgeWords(consume), maxDeliver: maxDeliver.value }, severity, related: wishRelated(wish),
      };
    }
  },
});

const advisory = '$JS.EVENT.ADVISORY.CONSUMER.MAX_DELIVERIES.>';

/** True if somebody consumes the advisories, on that broker or on one that no file tells. */
function hearsAdvisory(model: FlowModel, broker: Broker | undefined): boolean {
  const isAbout = ({ channel }: Consume): boolean => channel !== undefined
    && (channel.broker === undefined || broker === undefined || channel.broker === broker)
    && channel.address.startsWith('$JS.') && patternsOverlap('nats', channel.address, advisory);
  return model.consumes.some((consume) => consume.protocol === 'nats' && isAbout(consume));
}
