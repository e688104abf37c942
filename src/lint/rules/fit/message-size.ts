import { effectiveBroker } from '../../../delivery/effectiveBroker';
import { effectiveChannel } from '../../../delivery/effective';
import type { Channel, FlowModel } from '../../../model/model';
import type { Protocol, Setting } from '../../../model/settings';
import { valueWords } from '../../../model/settingWords';
import { text } from '../../example';
import { keepersOf, needsOf, type Need } from '../../needs';
import { defineRule, type Finding } from '../../rule';
import { channelWords } from '../../words';

/** Messages are larger than the broker takes. */
export default defineRule({
  name: 'fit/message-size',
  severity: 'error',
  summary: 'Messages are larger than the broker takes them.',
  why: `
Every broker refuses messages above a size: RabbitMQ closes the channel, NATS the connection, mosquitto disconnects the
client, Kafka fails the record. By default Kafka takes batches of 1 MiB (\`max.message.bytes\`, after compression; a Java
producer's own \`max.request.size\` is as large), NATS payloads of 1 MiB (\`max_payload\`), RabbitMQ messages of 16 MiB since
4.0 and 128 MiB before (\`max_message_size\`), mosquitto packets of 2,000,000 bytes since 2.1. No setting goes beyond 512 MiB
in RabbitMQ, 64 MiB in NATS, and 256 MiB in MQTT, where a packet's length has no room for more.

What a file states (\`maxMessageSize\`, or the broker's own key) is taken; a default makes it a warning. A message that is
that large is often better off in an object store, with a reference to it in the message.`,
  sources: [
    'https://kafka.apache.org/documentation/#topicconfigs_max.message.bytes',
    'https://www.rabbitmq.com/docs/configure#config-items',
    'https://docs.nats.io/running-a-nats-service/configuration#limits',
    'https://github.com/eclipse-mosquitto/mosquitto/blob/master/ChangeLog.txt',
    'https://docs.oasis-open.org/mqtt/mqtt/v5.0/os/mqtt-v5.0-os.html',
  ],
  messages: {
    never: '{who} {verb} messages of {size} over {channel}, but {protocol} takes {limit} at most, whatever is set. Store the data elsewhere, and send a reference.',
    written: '{who} {verb} messages of {size} over {channel}, but {owner} takes {limit} at most ({key}). Raise {key}, or store the data elsewhere and send a reference.',
    default: '{who} {verb} messages of {size} over {channel}, but no file says {key}, and the default of {owner} is {limit}. Raise {key} and say maxMessageSize, or store the data elsewhere and send a reference.',
  },
  examples: {
    invalid: [
      {
        files: text`
          flow: 1
          brokers:
            events: { protocol: kafka }
            work: { protocol: rabbitmq, version: "4.1" }
            inside: { protocol: nats, maxMessageSize: 8MiB }
            field: { protocol: mqtt }
          channels:
            scans: { broker: events, needs: { messageSize: 5MiB } }
            plans: { broker: events, maxMessageSize: 4MiB }
            print: { broker: work, queue: quorum, needs: { messageSize: 20MiB } }
            models: { broker: inside, stream: { subjects: [models.>] }, needs: { messageSize: 10MiB } }
            firmware: { broker: field, needs: { messageSize: 300MiB } }
          services:
            drawing:
              publishes:
                plans: { messageSize: 6MiB }
        `,
        report: text`
          warning fit/message-size Somebody needs messages of 5MiB over topic scans, but no file says max.message.bytes, and the default of the Kafka broker is 1MiB. Raise max.message.bytes and say maxMessageSize, or store the data elsewhere and send a reference.
            test.flow.yaml:8:50
            8 |   scans: { broker: events, needs: { messageSize: 5MiB } }
              |                                                  ^^^^

          warning fit/message-size Somebody needs messages of 20MiB over queue print, but no file says max_message_size, and the default of RabbitMQ >= 4.0 is 16MiB. Raise max_message_size and say maxMessageSize, or store the data elsewhere and send a reference.
            test.flow.yaml:10:63
            10 |   print: { broker: work, queue: quorum, needs: { messageSize: 20MiB } }
               |                                                               ^^^^^

          error fit/message-size Somebody needs messages of 10MiB over stream models, but inside takes 8MiB at most (max_payload). Raise max_payload, or store the data elsewhere and send a reference.
            test.flow.yaml:11:85
            11 |   models: { broker: inside, stream: { subjects: [models.>] }, needs: { messageSize: 10MiB } }
               |                                                                                     ^^^^^
            test.flow.yaml:5:45 max_payload of inside

          error fit/message-size Somebody needs messages of 300MiB over topic firmware, but MQTT takes 256MiB at most, whatever is set. Store the data elsewhere, and send a reference.
            test.flow.yaml:12:52
            12 |   firmware: { broker: field, needs: { messageSize: 300MiB } }
               |                                                    ^^^^^^

          error fit/message-size drawing sends messages of 6MiB over topic plans, but topic plans takes 4MiB at most (max.message.bytes). Raise max.message.bytes, or store the data elsewhere and send a reference.
            test.flow.yaml:16:29
            16 |       plans: { messageSize: 6MiB }
               |                             ^^^^
            test.flow.yaml:9:44 max.message.bytes of topic plans
        `,
      },
      {
        files: text`
          === scans.flow.yaml
          flow: 1
          services:
            scanner:
              publishes:
                scans: { messageSize: 5MiB }
          === topic.yaml
          apiVersion: kafka.strimzi.io/v1
          kind: KafkaTopic
          metadata: { name: scans, labels: { strimzi.io/cluster: events } }
          spec: { partitions: 6, replicas: 3, config: { max.message.bytes: 2097152 } }
        `,
        report: text`
          error fit/message-size scanner sends messages of 5MiB over topic scans, but topic scans takes 2MiB at most (max.message.bytes). Raise max.message.bytes, or store the data elsewhere and send a reference.
            scans.flow.yaml:5:29
            5 |       scans: { messageSize: 5MiB }
              |                             ^^^^
            topic.yaml:4:66 max.message.bytes of topic scans
        `,
      },
    ],
    valid: [
      {
        files: text`
          flow: 1
          brokers:
            events: { protocol: kafka }
            work: { protocol: rabbitmq, version: "3.13" }
            field: { protocol: mqtt }
            cloud: { protocol: kafka, managed: confluent-cloud }
          channels:
            scans: { broker: events, maxMessageSize: 8MiB, needs: { messageSize: 5MiB } }
            print: { broker: work, queue: quorum, needs: { messageSize: 20MiB } }
            firmware: { broker: field, needs: { messageSize: 20MiB } }
            plans: { broker: cloud, needs: { messageSize: 2MiB } }
        `,
      },
      {
        files: text`
          flow: 1
          brokers:
            inside: { protocol: nats }
          channels:
            ticks: { broker: inside }
          services:
            exchange:
              publishes:
                ticks: { messageSize: 2KiB }
        `,
      },
    ],
  },
  * check(model): Iterable<Finding<'never' | 'written' | 'default'>> {
    for (const { need, verb } of sizesIn(model)) {
      for (const keeper of keepersOf(need.channel)) {
        const { protocol } = keeper;
        if (protocol === undefined) continue;
        const most = utmost[protocol];
        const { setting, owner } = limitOf(keeper, protocol);
        const limit = setting === undefined || setting.from === 'unknown' || setting.value <= 0 ? most : Math.min(setting.value, most);
        if (need.value <= limit) continue;
        const message = need.value > most ? 'never' : setting?.from === 'declared' ? 'written' : 'default';
        yield {
          message, at: need.at,
          data: {
            who: need.who, verb, size: sizeWords(need.value), channel: channelWords(need.channel),
            protocol: names[protocol], owner, key: keys[protocol], limit: sizeWords(message === 'never' ? most : limit),
          },
          severity: message === 'default' ? 'warning' : 'error',
          related: message === 'written' && setting?.from === 'declared' ? [{ at: setting.at, message: `${keys[protocol]} of ${owner}` }] : undefined,
        };
        break;
      }
    }
  },
});

/** What is needed, and what publishers say that they send. */
function* sizesIn(model: FlowModel): Generator<{ need: Need<number>; verb: string }> {
  for (const need of needsOf(model, 'messageSize')) yield { need, verb: 'needs' };
  for (const publish of model.publishes) {
    const size = publish.settings.messageSize;
    if (size === undefined || publish.channel === undefined) continue;
    yield { need: { ...size, who: publish.service.name, channel: publish.channel, edge: publish }, verb: 'sends' };
  }
}

const keys: Readonly<Record<Protocol, string>> = {
  kafka: 'max.message.bytes', rabbitmq: 'max_message_size', mqtt: 'max_packet_size', nats: 'max_payload',
};
const names: Readonly<Record<Protocol, string>> = { kafka: 'Kafka', rabbitmq: 'RabbitMQ', mqtt: 'MQTT', nats: 'NATS' };

/** Bytes that no setting goes beyond. */
const utmost: Readonly<Record<Protocol, number>> = {
  kafka: 2_147_483_647, rabbitmq: 536_870_912, mqtt: 268_435_455, nats: 67_108_864,
};

/** The limit that holds where messages are kept, and whose it is. Of services with limits of their own nothing is known. */
function limitOf(keeper: Channel, protocol: Protocol): { setting: Setting<number> | undefined; owner: string } {
  const { broker } = keeper;
  const { maxMessageSize: ofBroker } = effectiveBroker(broker, protocol);
  const own = protocol === 'kafka' ? effectiveChannel(keeper).maxMessageSize : undefined;
  const found = own?.from === 'declared' || ofBroker === undefined ? own : ofBroker;
  if (found?.from === 'declared') {
    return { setting: found, owner: found === own && own.inherited === undefined ? channelWords(keeper) : broker?.name ?? channelWords(keeper) };
  }
  const isOther = broker?.facts.some((fact) => fact.software === 'redpanda') === true
    || (broker?.managed !== undefined && broker.managed.value !== 'msk');
  if (found?.from !== 'default' || isOther || found.assumed === true) return { setting: undefined, owner: '' };
  return { setting: found, owner: /(broker|server)$/.test(found.of) ? `the ${found.of}` : found.of };
}

/** As a flow file writes it; limits that are a few bytes off a round number are told in whole or tenths of MiB. */
function sizeWords(bytes: number): string {
  const exact = valueWords('messageSize', bytes);
  return bytes < 1_048_576 || !/\dB$/.test(exact) ? exact : `${Math.round(bytes / 104_857.6) / 10}MiB`;
}
