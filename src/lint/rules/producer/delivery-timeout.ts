import { isJavaKafka } from '../../../delivery/clients';
import { edgeClient, effectivePublish } from '../../../delivery/effective';
import type { Publish } from '../../../model/model';
import type { Setting } from '../../../model/settings';
import { durationWord, replaceFix } from '../../dialectKeys';
import { text } from '../../example';
import { defineRule, type Finding } from '../../rule';
import { lower } from '../../wants';
import { clientWords, edgeWords } from '../../words';

/** A delivery that has to be over before its first request can time out. */
export default defineRule({
  name: 'producer/delivery-timeout',
  severity: 'error',
  summary: 'A Kafka producer gives a record less time in all than one request alone may take.',
  why: `
\`delivery.timeout.ms\` bounds the whole life of a record in the producer: waiting for its batch (\`linger.ms\`), the
request (\`request.timeout.ms\`) and all retries. The Java client refuses to start where it is set to less
than \`linger.ms + request.timeout.ms\`; what is not set counts with its default, 30 seconds for a request and
0 (since 4.0: 5) milliseconds for lingering. librdkafka, whose name for it is \`message.timeout.ms\`, refuses a
value that is not greater than \`linger.ms\`.

Only a delivery timeout that a file states is judged: the Java client raises its own default of 2 minutes by itself where
the other two need more.`,
  sources: [
    'https://kafka.apache.org/documentation/#producerconfigs_delivery.timeout.ms',
    'https://kafka.apache.org/documentation/#producerconfigs_request.timeout.ms',
    'https://github.com/confluentinc/librdkafka/blob/master/CONFIGURATION.md',
  ],
  messages: {
    short: '{edge} with delivery.timeout.ms={delivery}, less than linger.ms + request.timeout.ms ({sum}): {who} to start. Raise it to {sum} or more, or lower request.timeout.ms.',
    linger: '{edge} with message.timeout.ms={delivery}, not more than linger.ms ({linger}): librdkafka refuses to start. Raise it, or lower linger.ms.',
  },
  examples: {
    invalid: [
      {
        files: text`
          flow: 1
          brokers:
            events: { protocol: kafka }
          channels:
            orders.placed: { broker: events }
          services:
            checkout:
              client: kafka-java@3.9
              publishes:
                orders.placed: { acks: all, deliveryTimeout: 10s }
            shop:
              publishes:
                orders.placed: { acks: all, deliveryTimeout: 10s, requestTimeout: 15s, linger: 20ms }
        `,
        report: text`
          error producer/delivery-timeout checkout publishes to topic orders.placed with delivery.timeout.ms=10000, less than linger.ms + request.timeout.ms (30000): the Java client refuses to start. Raise it to 30000 or more, or lower request.timeout.ms.
            test.flow.yaml:10:52
            10 |       orders.placed: { acks: all, deliveryTimeout: 10s }
               |                                                    ^^^

          warning producer/delivery-timeout shop publishes to topic orders.placed with delivery.timeout.ms=10000, less than linger.ms + request.timeout.ms (15020): the Java client refuses to start. Raise it to 15020 or more, or lower request.timeout.ms.
            test.flow.yaml:13:52
            13 |       orders.placed: { acks: all, deliveryTimeout: 10s, requestTimeout: 15s, linger: 20ms }
               |                                                    ^^^
            test.flow.yaml:13:73 request.timeout.ms is set here
        `,
        fixed: text`
          flow: 1
          brokers:
            events: { protocol: kafka }
          channels:
            orders.placed: { broker: events }
          services:
            checkout:
              client: kafka-java@3.9
              publishes:
                orders.placed: { acks: all, deliveryTimeout: 30s }
            shop:
              publishes:
                orders.placed: { acks: all, deliveryTimeout: 15020ms, requestTimeout: 15s, linger: 20ms }
        `,
      },
      {
        files: text`
          flow: 1
          brokers:
            events: { protocol: kafka }
          channels:
            orders.placed: { broker: events }
          services:
            checkout:
              client: librdkafka@2.6
              publishes:
                orders.placed: { acks: all, deliveryTimeout: 5s, linger: 5s }
        `,
        report: text`
          error producer/delivery-timeout checkout publishes to topic orders.placed with message.timeout.ms=5000, not more than linger.ms (5000): librdkafka refuses to start. Raise it, or lower linger.ms.
            test.flow.yaml:10:52
            10 |       orders.placed: { acks: all, deliveryTimeout: 5s, linger: 5s }
               |                                                    ^^
            test.flow.yaml:10:64 linger.ms is set here
        `,
      },
      {
        files: text`
          === application.yml
          spring:
            application: { name: checkout }
            kafka:
              bootstrap-servers: kafka-1.example.com:9093
              producer:
                acks: all
                properties:
                  delivery.timeout.ms: 20000
        `,
        report: text`
          error producer/delivery-timeout checkout publishes with delivery.timeout.ms=20000, less than linger.ms + request.timeout.ms (30000): Spring Kafka refuses to start. Raise it to 30000 or more, or lower request.timeout.ms.
            application.yml:8:30
            8 |         delivery.timeout.ms: 20000
              |                              ^^^^^
        `,
        fixed: text`
          === application.yml
          spring:
            application: { name: checkout }
            kafka:
              bootstrap-servers: kafka-1.example.com:9093
              producer:
                acks: all
                properties:
                  delivery.timeout.ms: 30000
        `,
      },
    ],
    valid: [
      {
        files: text`
          flow: 1
          brokers:
            events: { protocol: kafka }
          channels:
            orders.placed: { broker: events }
          services:
            checkout:
              client: kafka-java@3.9
              publishes:
                orders.placed: { acks: all, deliveryTimeout: 30s }
            shop:
              client: kafka-java@3.9
              publishes:
                orders.placed: { acks: all, deliveryTimeout: 10s, requestTimeout: 5s, linger: 20ms }
        `,
      },
      {
        files: text`
          flow: 1
          brokers:
            events: { protocol: kafka }
          channels:
            orders.placed: { broker: events }
          services:
            billing:
              client: kafka-java@3.9
              publishes:
                orders.placed: { acks: all, requestTimeout: 3m }
            stock:
              client: librdkafka@2.6
              publishes:
                orders.placed: { acks: all, deliveryTimeout: 10s }
            web:
              publishes:
                orders.placed: { acks: all, deliveryTimeout: 10s }
        `,
      },
    ],
  },
  * check(model): Iterable<Finding<'short' | 'linger'>> {
    for (const publish of model.publishes) {
      const delivery = publish.settings.deliveryTimeout;
      if (publish.protocol !== 'kafka' || delivery === undefined) continue;
      const client = edgeClient(publish);
      const data = { edge: edgeWords(publish), delivery: delivery.value };
      if (client?.id === 'librdkafka') {
        const linger = publish.settings.linger;
        if (linger === undefined || delivery.value === 0 || delivery.value > linger.value) continue;
        yield {
          message: 'linger', at: delivery.at, data: { ...data, linger: linger.value },
          related: [{ at: linger.at, message: 'linger.ms is set here' }],
        };
        continue;
      }
      if (client !== undefined && !isJavaKafka(client)) continue;
      const sum = leastTime(publish);
      if (sum === undefined || delivery.value >= sum) continue;
      const request = publish.settings.requestTimeout;
      yield {
        message: 'short',
        at: delivery.at,
        data: { ...data, sum, who: client === undefined ? 'the Java client refuses' : `${clientWords(client)} refuses` },
        severity: client === undefined ? lower('error') : 'error',
        related: request === undefined ? [] : [{ at: request.at, message: 'request.timeout.ms is set here' }],
        fixes: replaceFix(model, delivery.at, 'deliveryTimeout', durationWord(model, delivery.at, sum), false),
      };
    }
  },
});

/** What one request may take, with the wait before it; undefined if that is not known. */
function leastTime(publish: Publish): number | undefined {
  const { requestTimeout, linger } = effectivePublish(publish);
  const request = known(requestTimeout);
  return request === undefined ? undefined : Math.ceil(request + (known(linger) ?? 0));
}

function known(setting: Setting<number> | undefined): number | undefined {
  return setting === undefined || setting.from === 'unknown' ? undefined : setting.value;
}
