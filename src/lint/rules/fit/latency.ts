import { effectivePublish } from '../../../delivery/effective';
import { durationWords } from '../../durations';
import { text } from '../../example';
import { needsOf } from '../../needs';
import { defineRule } from '../../rule';
import { channelWords, reasonOf } from '../../words';

/** A producer waits on purpose for longer than a message may take. */
export default defineRule({
  name: 'fit/latency',
  severity: 'error',
  summary: 'A Kafka producer may hold records back for longer than a message may take.',
  why: `
With \`linger.ms\` a producer waits for further records to send along, unless a batch is full before. Where few records come,
each waits for that long before it even leaves the program. The Java client's default is 5 ms since Kafka 4.0, and was 0;
librdkafka's is 5 ms, that of Kafka Streams 100 ms.

Nothing else of what a broker and its network take can be told from files. Where it rests on a client's default it is a
warning, and nothing is said where the client or its version is not known.`,
  sources: [
    'https://kafka.apache.org/documentation/#producerconfigs_linger.ms',
    'https://github.com/confluentinc/librdkafka/blob/master/CONFIGURATION.md',
    'https://kafka.apache.org/documentation/streams/developer-guide/config-streams.html',
  ],
  messages: {
    written: '{who} needs messages of {channel} within {needed}, but {publisher} may hold each back for {linger} (linger.ms) to fill a batch. Use a linger well below that.',
    default: '{who} needs messages of {channel} within {needed}, but {publisher} does not say linger.ms; {reason} ms, for which it may hold each back. Say a linger well below that.',
  },
  examples: {
    invalid: [
      {
        files: text`
          flow: 1
          brokers:
            events: { protocol: kafka }
          channels:
            orders.placed: { broker: events, needs: { latency: 50ms } }
            ticks: { broker: events }
          services:
            checkout:
              client: kafka-java@3.9
              publishes:
                orders.placed: { acks: all, linger: 100ms }
            exchange:
              client: kafka-java@4.1
              publishes:
                ticks: { acks: all }
            display:
              consumes:
                ticks: { group: display, needs: { latency: 2ms } }
        `,
        report: text`
          error fit/latency Somebody needs messages of topic orders.placed within 50ms, but checkout may hold each back for 100ms (linger.ms) to fill a batch. Use a linger well below that.
            test.flow.yaml:5:54
            5 |   orders.placed: { broker: events, needs: { latency: 50ms } }
              |                                                      ^^^^
            test.flow.yaml:11:43 the linger of checkout

          warning fit/latency display needs messages of topic ticks within 2ms, but exchange does not say linger.ms; the default of Java client >= 4.0 is 5 ms, for which it may hold each back. Say a linger well below that.
            test.flow.yaml:18:50
            18 |       ticks: { group: display, needs: { latency: 2ms } }
               |                                                  ^^^
        `,
      },
      {
        files: text`
          === shop.flow.yaml
          flow: 1
          brokers:
            events: { protocol: kafka, url: "kafka.example.com:9093" }
          channels:
            orders.placed: { broker: events }
          services:
            billing:
              consumes:
                orders.placed: { group: billing, needs: { latency: 20ms } }
            checkout:
              publishes:
                orders.placed: {}
          === checkout.properties
          bootstrap.servers=kafka.example.com:9093
          security.protocol=SSL
          client.id=checkout
          acks=all
          linger.ms=200
        `,
        report: text`
          error fit/latency billing needs messages of topic orders.placed within 20ms, but checkout may hold each back for 200ms (linger.ms) to fill a batch. Use a linger well below that.
            shop.flow.yaml:9:58
            9 |       orders.placed: { group: billing, needs: { latency: 20ms } }
              |                                                          ^^^^
            checkout.properties:5:11 the linger of checkout
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
            orders.placed: { broker: events, needs: { latency: 200ms } }
            ticks: { broker: events, needs: { latency: 2ms } }
          services:
            checkout:
              client: kafka-java@3.9
              publishes:
                orders.placed: { acks: all, linger: 20ms }
                ticks: { acks: all }
        `,
      },
      {
        files: text`
          flow: 1
          brokers:
            events: { protocol: kafka }
          channels:
            ticks: { broker: events, needs: { latency: 1ms } }
          services:
            checkout:
              publishes:
                ticks: { acks: all }
        `,
      },
    ],
  },
  * check(model) {
    for (const need of needsOf(model, 'latency')) {
      if (!(need.value > 0)) continue;
      for (const publish of need.channel.publishes) {
        if (need.edge?.kind === 'publish' && publish !== need.edge) continue;
        const { linger } = effectivePublish(publish);
        if (linger === undefined || linger.from === 'unknown' || linger.value < need.value) continue;
        const declared = linger.from === 'declared';
        if (!declared && linger.assumed === true) continue;
        yield {
          message: declared ? 'written' : 'default', at: need.at,
          data: {
            who: need.who, channel: channelWords(need.channel), needed: durationWords(need.value), linger: durationWords(linger.value),
            publisher: publish === need.edge ? 'it' : publish.service.name, reason: reasonOf(publish, linger),
          },
          severity: declared ? 'error' : 'warning',
          related: declared ? [{ at: linger.at, message: `the linger of ${publish.service.name}` }] : undefined,
        };
      }
    }
  },
});
