import { effectiveConsume } from '../../../delivery/effective';
import { effectiveBroker } from '../../../delivery/effectiveBroker';
import type { Setting } from '../../../model/settings';
import { durationWords } from '../../durations';
import { text } from '../../example';
import { absenceOf } from '../../retained';
import { defineRule } from '../../rule';
import { edgeWords } from '../../words';

/** The cluster forgets how far a group had come before the group is back. */
export default defineRule({
  name: 'capacity/offsets-expiry',
  severity: 'warning',
  summary: 'A Kafka consumer group may be away longer than the cluster keeps its offsets.',
  why: `
The offsets of a group without members are deleted after offsets.retention.minutes: a week since Kafka 2.0, a day
before. The group that comes back later has no position, and auto.offset.reset decides: \`latest\`, the Java
client's default, passes over all that arrived meanwhile, \`earliest\` reads everything that is still there again.
The topic's own retention may be longer: it does not help a group that has forgotten where it was.

Asked only of consumers that say for how long they may be away (\`needs.offline\`, of theirs or of the topic).`,
  sources: [
    'https://kafka.apache.org/documentation/#brokerconfigs_offsets.retention.minutes',
    'https://kafka.apache.org/documentation/#consumerconfigs_auto.offset.reset',
    'https://cwiki.apache.org/confluence/display/KAFKA/KIP-211%3A+Revise+Expiration+Semantics+of+Consumer+Group+Offsets',
  ],
  messages: {
    latest: '{edge} and may be away for {away}, but {broker} keeps the offsets of an empty group for {kept}; with auto.offset.reset=latest the group then skips what arrived meanwhile. Raise offsetsRetention above {away}, or set offsetReset to earliest.',
    earliest: '{edge} and may be away for {away}, but {broker} keeps the offsets of an empty group for {kept}; with auto.offset.reset=earliest the group then reads the whole topic again. Raise offsetsRetention above {away}.',
    none: '{edge} and may be away for {away}, but {broker} keeps the offsets of an empty group for {kept}; the group then comes back without a position. Raise offsetsRetention above {away}.',
  },
  examples: {
    invalid: [
      {
        files: text`
          flow: 1
          brokers:
            events: { protocol: kafka }
            old: { protocol: kafka, version: "1.1" }
            short: { protocol: kafka, offsetsRetention: 1d }
          channels:
            orders.placed: { broker: events, retention: 30d, needs: { offline: 14d } }
            orders.billed: { broker: old, retention: 30d, needs: { offline: 2d } }
            orders.shipped: { broker: short, retention: 30d }
          services:
            billing:
              client: kafka-java@3.9
              consumes:
                orders.placed: { group: billing }
                orders.billed: { group: billing, offsetReset: earliest }
                orders.shipped: { group: billing, offsetReset: none, needs: { offline: 36h } }
        `,
        report: text`
          warning capacity/offsets-expiry billing consumes topic orders.placed and may be away for 14d, but broker events keeps the offsets of an empty group for 7d (the default of Kafka broker >= 2.0); with auto.offset.reset=latest the group then skips what arrived meanwhile. Raise offsetsRetention above 14d, or set offsetReset to earliest.
            test.flow.yaml:7:70
            7 |   orders.placed: { broker: events, retention: 30d, needs: { offline: 14d } }
              |                                                                      ^^^

          warning capacity/offsets-expiry billing consumes topic orders.billed and may be away for 2d, but broker old keeps the offsets of an empty group for 1d (the default of Kafka broker < 2.0); with auto.offset.reset=earliest the group then reads the whole topic again. Raise offsetsRetention above 2d.
            test.flow.yaml:8:67
            8 |   orders.billed: { broker: old, retention: 30d, needs: { offline: 2d } }
              |                                                                   ^^

          warning capacity/offsets-expiry billing consumes topic orders.shipped and may be away for 36h, but broker short keeps the offsets of an empty group for 1d; the group then comes back without a position. Raise offsetsRetention above 36h.
            test.flow.yaml:16:78
            16 |       orders.shipped: { group: billing, offsetReset: none, needs: { offline: 36h } }
               |                                                                              ^^^
            test.flow.yaml:5:47 short keeps offsets for 1d
        `,
      },
      {
        files: text`
          === reports.flow.yaml
          flow: 1
          brokers:
            events: { protocol: kafka }
          channels:
            orders.placed: { broker: events }
          services:
            reports:
              consumes:
                orders.placed: { group: reports, needs: { offline: 30d } }
          === application.properties
          spring.application.name=reports
          spring.kafka.consumer.group-id=reports
          spring.kafka.consumer.auto-offset-reset=earliest
        `,
        report: text`
          warning capacity/offsets-expiry reports consumes topic orders.placed and may be away for 30d, but broker events keeps the offsets of an empty group for 7d (the default of Kafka broker >= 2.0); with auto.offset.reset=earliest the group then reads the whole topic again. Raise offsetsRetention above 30d.
            reports.flow.yaml:9:58
            9 |       orders.placed: { group: reports, needs: { offline: 30d } }
              |                                                          ^^^
        `,
      },
    ],
    valid: [
      {
        files: text`
          flow: 1
          brokers:
            events: { protocol: kafka, offsetsRetention: 30d }
          channels:
            orders.placed: { broker: events, retention: 30d }
          services:
            billing:
              consumes:
                orders.placed: { group: billing, needs: { offline: 14d } }
        `,
      },
      {
        files: text`
          flow: 1
          brokers:
            events: { protocol: kafka }
          channels:
            orders.placed: { broker: events, retention: 30d }
          services:
            billing:
              consumes:
                orders.placed: { group: billing, needs: { offline: 5d } }
            shipping:
              consumes:
                orders.placed: { group: shipping }
        `,
      },
    ],
  },
  * check(model) {
    for (const consume of model.consumes) {
      const away = absenceOf(consume);
      const broker = consume.channel?.broker;
      if (away === undefined || broker === undefined || consume.protocol !== 'kafka') continue;
      // A share group has no offsets of this kind.
      if (consume.settings.shareGroup?.value === true) continue;
      const kept = effectiveBroker(broker).offsetsRetention;
      if (kept === undefined || kept.from === 'unknown' || !(away.time.value > kept.value)) continue;
      const reset = effectiveConsume(consume).offsetReset;
      const message = reset === undefined || reset.from === 'unknown' ? 'none' : reset.value;
      yield {
        message,
        at: away.time.at,
        data: {
          edge: edgeWords(consume), away: durationWords(away.time.value), broker: `broker ${broker.name}`, kept: keptWords(kept),
        },
        related: kept.from === 'declared' ? [{ at: kept.at, message: `${broker.name} keeps offsets for ${durationWords(kept.value)}` }] : undefined,
      };
    }
  },
});

function keptWords(kept: Exclude<Setting<number>, { from: 'unknown' }>): string {
  const words = durationWords(kept.value);
  return kept.from === 'declared' ? words : `${words} (the default of ${kept.of})`;
}
