import { effectiveConsume } from '../../../delivery/effective';
import type { Consume } from '../../../model/model';
import type { Needs } from '../../../model/settings';
import { durationWords } from '../../durations';
import { text } from '../../example';
import { absenceAt, absenceOf, limitsOf, type Absence, type Limit } from '../../retained';
import { defineRule, type Finding } from '../../rule';
import { channelWords } from '../../words';

/** Messages are deleted before a consumer that may be away comes back for them. */
export default defineRule({
  name: 'capacity/retention-lag',
  severity: 'error',
  summary: 'A channel keeps messages for a shorter time than somebody needs to be away, or to read them again.',
  why: `
Retention does not ask whether a message was read. A Kafka topic deletes segments by age (a week unless somebody
says otherwise), a JetStream stream by max_age, a RabbitMQ queue drops messages by their TTL and is itself deleted
after \`expires\` without consumers, an MQTT broker throws a session away with all that waits in it. A consumer
that is away for longer comes back to a gap, and in Kafka its position no longer exists: auto.offset.reset
decides where it goes on.

Asked only where somebody says how long a consumer may be away (\`needs.offline\`) or how far back messages must be
readable again (\`needs.replay\`). A compacted topic without \`delete\` is left alone.`,
  sources: [
    'https://kafka.apache.org/documentation/#topicconfigs_retention.ms',
    'https://docs.nats.io/nats-concepts/jetstream/streams',
    'https://www.rabbitmq.com/docs/ttl',
    'https://docs.oasis-open.org/mqtt/mqtt/v5.0/os/mqtt-v5.0-os.html#_Toc3901048',
  ],
  messages: {
    written: '{who} may be away for {need}, but {where} {keeps} {kept}: what arrives first is gone when it is back. {fix}',
    default: '{who} may be away for {need}, but {where} says no retention, and the default is {kept}: what arrives first is gone when it is back. {fix}',
    replay: '{who} must be able to read {need} back, but {where} {keeps} {kept}. {fix}',
    replayDefault: '{who} must be able to read {need} back, but {where} says no retention, and the default is {kept}. {fix}',
  },
  examples: {
    invalid: [
      {
        files: text`
          flow: 1
          brokers:
            events: { protocol: kafka }
            inside: { protocol: nats }
          channels:
            orders.placed: { broker: events, retention: 1d, needs: { replay: 30d } }
            orders.billed: { broker: events }
            orders.shipped: { broker: events }
            jobs.done: { broker: inside, stream: { storage: file, maxAge: 12h }, needs: { offline: 2d } }
          services:
            billing:
              consumes:
                orders.placed: { group: billing, needs: { offline: 3d } }
                orders.billed: { group: billing, needs: { offline: 10d } }
                orders.shipped: { group: billing, needs: { offline: 10d, replay: 90d } }
        `,
        report: text`
          error capacity/retention-lag a consumer of topic orders.placed must be able to read 30d back, but topic orders.placed keeps records for 1d. Raise retention to 30d or more.
            test.flow.yaml:6:47
            6 |   orders.placed: { broker: events, retention: 1d, needs: { replay: 30d } }
              |                                               ^^
            test.flow.yaml:6:68 a consumer of topic orders.placed needs 30d to read again
            test.flow.yaml:13:58 billing needs 3d

          error capacity/retention-lag a consumer of stream jobs.done may be away for 2d, but stream jobs.done keeps messages for 12h: what arrives first is gone when it is back. Raise maxAge to 2d or more.
            test.flow.yaml:9:65
            9 |   jobs.done: { broker: inside, stream: { storage: file, maxAge: 12h }, needs: { offline: 2d } }
              |                                                                 ^^^
            test.flow.yaml:9:90 a consumer of stream jobs.done needs 2d

          warning capacity/retention-lag billing may be away for 10d, but topic orders.billed says no retention, and the default is 7d: what arrives first is gone when it is back. Say retention: 10d or more.
            test.flow.yaml:14:58
            14 |       orders.billed: { group: billing, needs: { offline: 10d } }
               |                                                          ^^^

          warning capacity/retention-lag billing must be able to read 90d back, but topic orders.shipped says no retention, and the default is 7d. Say retention: 90d or more.
            test.flow.yaml:15:72
            15 |       orders.shipped: { group: billing, needs: { offline: 10d, replay: 90d } }
               |                                                                        ^^^
        `,
      },
      {
        files: text`
          flow: 1
          brokers:
            work: { protocol: rabbitmq }
            road: { protocol: mqtt }
          channels:
            mail: { broker: work, queue: quorum, ttl: 1h }
            print: { broker: work, queue: classic, expires: 30m, needs: { offline: 1d } }
            fleet/17/order: { broker: road, qos: 1 }
          services:
            mailer:
              consumes:
                mail: { ack: manual, needs: { offline: 1d } }
            truck:
              consumes:
                fleet/17/order: { qos: 1, cleanStart: false, sessionExpiry: 1h, clientId: truck-17, needs: { offline: 8h } }
        `,
        report: text`
          error capacity/retention-lag mailer may be away for 1d, but queue mail drops messages that wait for 1h: what arrives first is gone when it is back. Raise ttl to 1d or more.
            test.flow.yaml:6:45
            6 |   mail: { broker: work, queue: quorum, ttl: 1h }
              |                                             ^^
            test.flow.yaml:12:46 mailer needs 1d

          error capacity/retention-lag a consumer of queue print may be away for 1d, but queue print is deleted after 30m: what arrives first is gone when it is back. Raise expires to 1d or more.
            test.flow.yaml:7:51
            7 |   print: { broker: work, queue: classic, expires: 30m, needs: { offline: 1d } }
              |                                                   ^^^
            test.flow.yaml:7:74 a consumer of queue print needs 1d

          error capacity/retention-lag truck may be away for 8h, but its session expires after 1h: what arrives first is gone when it is back. Raise sessionExpiry to 8h or more.
            test.flow.yaml:15:67
            15 |       fleet/17/order: { qos: 1, cleanStart: false, sessionExpiry: 1h, clientId: truck-17, needs: { offline: 8h } }
               |                                                                   ^^
            test.flow.yaml:15:109 truck needs 8h
        `,
      },
      {
        files: text`
          === topic.yaml
          apiVersion: kafka.strimzi.io/v1beta2
          kind: KafkaTopic
          metadata:
            name: orders.placed
            labels: { strimzi.io/cluster: events }
          spec:
            partitions: 12
            replicas: 3
            config: { retention.ms: 3600000 }
          === billing.flow.yaml
          flow: 1
          services:
            billing:
              consumes:
                orders.placed: { group: billing, needs: { offline: 3d } }
        `,
        report: text`
          error capacity/retention-lag billing may be away for 3d, but topic orders.placed keeps records for 1h: what arrives first is gone when it is back. Raise retention to 3d or more.
            topic.yaml:9:27
            9 |   config: { retention.ms: 3600000 }
              |                           ^^^^^^^
            billing.flow.yaml:5:58 billing needs 3d
        `,
      },
    ],
    valid: [
      {
        files: text`
          flow: 1
          brokers:
            events: { protocol: kafka }
            inside: { protocol: nats }
          channels:
            orders.placed: { broker: events, retention: 30d, needs: { replay: 14d } }
            customers: { broker: events, retention: 1h, cleanup: compact }
            jobs.done: { broker: inside, stream: { storage: file, maxAge: 2d } }
          services:
            billing:
              consumes:
                orders.placed: { group: billing, needs: { offline: 3d } }
                customers: { group: billing, needs: { offline: 3d } }
                jobs.done: { durable: billing, needs: { offline: 2d } }
        `,
      },
      {
        files: text`
          flow: 1
          brokers:
            events: { protocol: kafka }
            work: { protocol: rabbitmq }
          channels:
            orders.placed: { broker: events, retention: 1h, needs: { replay: true } }
            dead: { broker: work, queue: quorum }
            mail: { broker: work, queue: quorum, ttl: 1h }
            print: { broker: work, queue: quorum, ttl: 1h, deadLetter: dead, needs: { offline: 1d } }
          services:
            billing:
              consumes:
                orders.placed: { group: billing }
            mailer:
              consumes:
                mail: { ack: manual }
        `,
      },
    ],
  },
  * check(model) {
    for (const channel of model.channels) {
      const needs = [absenceAt(channel), replayOf(channel.settings.needs, `a consumer of ${channelWords(channel)}`)];
      for (const { settings, service } of channel.consumes) {
        const away = settings.needs?.offline;
        needs.push(away && { time: away, who: service.name }, replayOf(settings.needs, service.name));
      }
      for (const limit of limitsOf(channel)) yield* shorter(limit, needs);
    }
    for (const consume of model.consumes) yield* shorter(sessionOf(consume), [absenceOf(consume)]);
  },
});

/** A time that messages must be there for. */
interface Need extends Absence {
  readonly isReplay?: true;
}

function replayOf(needs: Needs | undefined, who: string): Need | undefined {
  const replay = needs?.replay;
  return typeof replay?.value === 'number' ? { time: { value: replay.value, at: replay.at }, who, isReplay: true } : undefined;
}

/** How long the broker keeps an MQTT session; one that goes at once is `consumer/clean-session`. */
function sessionOf(consume: Consume): Limit | undefined {
  const { cleanStart } = effectiveConsume(consume);
  const { sessionExpiry } = consume.settings;
  if (consume.protocol !== 'mqtt' || sessionExpiry === undefined || !(sessionExpiry.value > 0)) return undefined;
  if (cleanStart?.from === 'declared' && cleanStart.value) return undefined;
  return { key: 'sessionExpiry', where: 'its session', keeps: 'expires after', setting: { from: 'declared', ...sessionExpiry }, isAge: false };
}

/** One finding a limit, about the longest of the needs that it falls short of: to meet that one meets all. */
function* shorter(limit: Limit | undefined, needs: readonly (Need | undefined)[]): Iterable<Finding<Message>> {
  const setting = limit?.setting;
  // -1 is no limit, and neither is a max_age of 0.
  if (limit === undefined || setting === undefined || setting.from === 'unknown' || setting.value < (limit.key === 'maxAge' ? 1 : 0)) return;
  const unmet = needs.filter((need) => need !== undefined && need.time.value > setting.value && (limit.isAge || !need.isReplay)) as Need[];
  const longest = unmet.reduce<Need | undefined>((best, need) => (best !== undefined && best.time.value >= need.time.value ? best : need), undefined);
  if (longest === undefined) return;
  const isDefault = setting.from === 'default';
  const words = durationWords(longest.time.value);
  yield {
    message: longest.isReplay ? (isDefault ? 'replayDefault' : 'replay') : isDefault ? 'default' : 'written',
    at: isDefault ? longest.time.at : setting.at,
    data: {
      who: longest.who, need: words, where: limit.where, keeps: limit.keeps, kept: durationWords(setting.value),
      fix: isDefault ? `Say ${limit.key}: ${words} or more.` : `Raise ${limit.key} to ${words} or more.`,
    },
    severity: isDefault ? 'warning' : 'error',
    related: isDefault ? undefined : unmet.slice(0, 3).map((need) => ({
      at: need.time.at, message: `${need.who} needs ${durationWords(need.time.value)}${need.isReplay ? ' to read again' : ''}`,
    })),
  };
}

type Message = 'written' | 'default' | 'replay' | 'replayDefault';
