import { effectiveConsume } from '../../../delivery/effective';
import type { Channel, Consume } from '../../../model/model';
import type { Setting } from '../../../model/settings';
import { durationWords } from '../../durations';
import { text } from '../../example';
import { keepersOf, needsOf, readersOf } from '../../needs';
import { defineRule, type Finding } from '../../rule';
import { channelWords, reasonOf } from '../../words';

type Message = 'core' | 'clean' | 'cleanDefault' | 'qos0' | 'qos0Default' | 'gone';

/** A consumer may be away, and nothing waits for it. */
export default defineRule({
  name: 'fit/offline',
  severity: 'error',
  summary: 'A consumer may be away without missing a message, and nothing keeps messages for it.',
  why: `
Core NATS delivers to whoever is subscribed at that moment. An MQTT broker keeps messages for a client that is away only in
a session that outlives the connection (clean start false, or clean session false), and need not keep those of QoS 0 even
there. A RabbitMQ queue that is exclusive or auto-delete goes with its consumer. What all of them lack is somebody who keeps
the messages meanwhile: a durable queue, a stream, a topic.

Whether what is kept is kept for long enough is the subject of capacity/retention-lag, whether it fits of
capacity/offline-queue. Where it rests on the default of a client this is a warning, and nothing is said where the client
is not known.`,
  sources: [
    'https://docs.nats.io/nats-concepts/core-nats',
    'https://docs.oasis-open.org/mqtt/mqtt/v5.0/os/mqtt-v5.0-os.html',
    'https://www.rabbitmq.com/docs/queues#temporary-queues',
  ],
  messages: {
    core: '{who} needs messages of {channel} to wait {time}, but core NATS delivers to whoever is subscribed just then. Store the subject in a JetStream stream, and read it with a durable consumer.',
    clean: '{who} needs messages of {channel} to wait {time}, but {reader} connects with a clean session: nothing waits for it while it is away. Use cleanStart: false with a sessionExpiry of at least {time}.',
    cleanDefault: '{who} needs messages of {channel} to wait {time}, but {reader} does not say cleanStart; {reason}: nothing waits for it while it is away. Use cleanStart: false with a sessionExpiry of at least {time}.',
    qos0: '{who} needs messages of {channel} to wait {time}, but {reader} subscribes with QoS 0, and a broker need not keep such messages for a client that is away. Use QoS 1.',
    qos0Default: '{who} needs messages of {channel} to wait {time}, but {reader} does not say its QoS; {reason}, and a broker need not keep such messages for a client that is away. Use QoS 1.',
    gone: '{who} needs messages of {channel} to wait {time}, but {keeper} is {what}: it is deleted when its consumer leaves. Use a durable queue.',
  },
  examples: {
    invalid: [
      {
        files: text`
          flow: 1
          brokers:
            inside: { protocol: nats }
            field: { protocol: mqtt }
            work: { protocol: rabbitmq }
          channels:
            ticks: { broker: inside, needs: { offline: 1h } }
            trucks/position: { broker: field }
            trucks/doors: { broker: field }
            mail: { broker: work, queue: classic, exclusive: true }
          services:
            tracking:
              client: mqtt.js@5.10
              consumes:
                trucks/position: { qos: 1, cleanStart: true, needs: { offline: 2h } }
                trucks/doors: { cleanStart: false, sessionExpiry: 1d, needs: { offline: 2h } }
            gateway:
              client: mqtt.js@5.10
              consumes:
                trucks/position: { qos: 1, needs: { offline: 30m } }
                trucks/doors: { qos: 0, cleanStart: false, sessionExpiry: 1d, needs: { offline: 2h } }
            mailer:
              consumes:
                mail: { ack: manual, needs: { offline: 1d } }
        `,
        report: text`
          error fit/offline Somebody needs messages of subject ticks to wait 1h, but core NATS delivers to whoever is subscribed just then. Store the subject in a JetStream stream, and read it with a durable consumer.
            test.flow.yaml:7:46
            7 |   ticks: { broker: inside, needs: { offline: 1h } }
              |                                              ^^

          error fit/offline tracking needs messages of topic trucks/position to wait 2h, but it connects with a clean session: nothing waits for it while it is away. Use cleanStart: false with a sessionExpiry of at least 2h.
            test.flow.yaml:15:70
            15 |       trucks/position: { qos: 1, cleanStart: true, needs: { offline: 2h } }
               |                                                                      ^^

          warning fit/offline tracking needs messages of topic trucks/doors to wait 2h, but it does not say its QoS; MQTT.js's default is 0, and a broker need not keep such messages for a client that is away. Use QoS 1.
            test.flow.yaml:16:79
            16 |       trucks/doors: { cleanStart: false, sessionExpiry: 1d, needs: { offline: 2h } }
               |                                                                               ^^

          warning fit/offline gateway needs messages of topic trucks/position to wait 30m, but it does not say cleanStart; MQTT.js's default is true: nothing waits for it while it is away. Use cleanStart: false with a sessionExpiry of at least 30m.
            test.flow.yaml:20:52
            20 |       trucks/position: { qos: 1, needs: { offline: 30m } }
               |                                                    ^^^

          error fit/offline gateway needs messages of topic trucks/doors to wait 2h, but it subscribes with QoS 0, and a broker need not keep such messages for a client that is away. Use QoS 1.
            test.flow.yaml:21:87
            21 |       trucks/doors: { qos: 0, cleanStart: false, sessionExpiry: 1d, needs: { offline: 2h } }
               |                                                                                       ^^

          error fit/offline mailer needs messages of queue mail to wait 1d, but it is exclusive: it is deleted when its consumer leaves. Use a durable queue.
            test.flow.yaml:24:46
            24 |       mail: { ack: manual, needs: { offline: 1d } }
               |                                              ^^
        `,
      },
    ],
    valid: [
      {
        files: text`
          flow: 1
          brokers:
            inside: { protocol: nats }
            field: { protocol: mqtt }
            events: { protocol: kafka }
          channels:
            jobs: { broker: inside, stream: { subjects: [jobs.>] }, needs: { offline: 1h } }
            jobs.done: { broker: inside, needs: { offline: 1h } }
            trucks/position: { broker: field, needs: { offline: 1h } }
            orders.placed: { broker: events, needs: { offline: 2d } }
          services:
            tracking:
              consumes:
                trucks/position: { qos: 1, cleanStart: false, sessionExpiry: 1d }
        `,
      },
      {
        files: text`
          flow: 1
          brokers:
            field: { protocol: mqtt }
            inside: { protocol: nats }
          channels:
            trucks/position: { broker: field }
            ticks: { broker: inside }
          services:
            tracking:
              consumes:
                trucks/position: { qos: 0, cleanStart: true }
                ticks: {}
        `,
      },
    ],
  },
  * check(model): Iterable<Finding<Message>> {
    for (const need of needsOf(model, 'offline')) {
      if (!(need.value > 0) || need.edge?.kind === 'publish') continue;
      const data = { who: need.who, channel: channelWords(need.channel), time: durationWords(need.value) };
      for (const keeper of keepersOf(need.channel)) {
        const fault = keeperFault(keeper);
        if (fault !== undefined) {
          yield { message: fault.message, at: need.at, data: { ...data, keeper: keeper === need.channel ? 'it' : channelWords(keeper), what: fault.what } };
          break;
        }
        if (keeper.protocol !== 'mqtt') continue;
        for (const reader of readersOf(need, keeper)) {
          const found = sessionFault(reader);
          if (found === undefined) continue;
          yield {
            message: found.message, at: need.at,
            data: { ...data, reader: reader === need.edge ? 'it' : reader.service.name, reason: reasonOf(reader, found.setting) },
            severity: found.setting.from === 'declared' ? 'error' : 'warning',
          };
          break;
        }
      }
    }
  },
});

function keeperFault(keeper: Channel): { message: 'core' | 'gone'; what: string } | undefined {
  const { settings } = keeper;
  if (keeper.protocol === 'nats' && settings.stream === undefined && keeper.kind !== 'stream') return { message: 'core', what: '' };
  if (keeper.protocol !== 'rabbitmq') return undefined;
  if (settings.exclusive?.value === true) return { message: 'gone', what: 'exclusive' };
  return settings.autoDelete?.value === true ? { message: 'gone', what: 'auto-delete' } : undefined;
}

/** What an MQTT client does so that nothing waits for it; a guess about a client that is not known does not count. */
function sessionFault(reader: Consume): { message: Message; setting: Setting<unknown> } | undefined {
  const { cleanStart, qos } = effectiveConsume(reader);
  if (isKnown(cleanStart) && cleanStart.value) return { message: cleanStart.from === 'declared' ? 'clean' : 'cleanDefault', setting: cleanStart };
  if (isKnown(qos) && qos.value === 0) return { message: qos.from === 'declared' ? 'qos0' : 'qos0Default', setting: qos };
  return undefined;
}

function isKnown<T>(setting: Setting<T> | undefined): setting is Exclude<Setting<T>, { from: 'unknown' }> {
  return setting !== undefined && (setting.from === 'declared' || (setting.from === 'default' && setting.assumed !== true));
}
