import { effectiveConsume } from '../../../delivery/effective';
import { effectiveBroker } from '../../../delivery/effectiveBroker';
import { brokerDefaultWords } from '../../../delivery/words';
import { countWords, durationWords } from '../../durations';
import { text } from '../../example';
import { absenceOf, arrivalRate } from '../../retained';
import { defineRule } from '../../rule';
import { edgeWords } from '../../words';

/** More messages arrive for a client that is away than the broker keeps for it. */
export default defineRule({
  name: 'capacity/offline-queue',
  severity: 'warning',
  summary: 'An MQTT broker keeps fewer messages for a client that is away than arrive meanwhile.',
  why: `
With a persistent session the broker keeps messages of QoS 1 and 2 for a client that is away, but not any number
of them: mosquitto keeps max_queued_messages for each client, 1000 since version 2.0 and 100 before, and drops what
comes after that without telling the publisher, who has its PUBACK. The session is there, the subscription is there,
and the messages are not.

Asked only where the time that the client may be away (\`needs.offline\`), the publishers' \`rate\` and the broker's
limit are known: stated as \`maxQueuedMessages\`, or the default of a broker whose own mosquitto.conf is there.`,
  sources: ['https://mosquitto.org/man/mosquitto-conf-5.html', 'https://github.com/eclipse-mosquitto/mosquitto/blob/master/ChangeLog.txt'],
  messages: {
    written: '{edge} and may be away for {away}; at {rate} messages a second {count} arrive meanwhile, and broker {broker} keeps {limit} for a client. Raise maxQueuedMessages above {count}.',
    default: '{edge} and may be away for {away}; at {rate} messages a second {count} arrive meanwhile, and broker {broker} says nothing of max_queued_messages; {reason}. Raise it above {count}.',
  },
  examples: {
    invalid: [
      {
        files: text`
          flow: 1
          brokers:
            road: { protocol: mqtt, maxQueuedMessages: 5000 }
          channels:
            fleet/17/alert: { broker: road, qos: 1 }
            fleet/+/alert: { broker: road, qos: 1 }
          services:
            truck:
              publishes:
                fleet/17/alert: { rate: 2 }
            gateway:
              consumes:
                fleet/+/alert: { cleanStart: false, sessionExpiry: 1d, clientId: gateway-1, needs: { offline: 1h } }
        `,
        report: text`
          warning capacity/offline-queue gateway consumes topic fleet/+/alert and may be away for 1h; at 2 messages a second 7,200 arrive meanwhile, and broker road keeps 5,000 for a client. Raise maxQueuedMessages above 7,200.
            test.flow.yaml:13:101
            13 |       fleet/+/alert: { cleanStart: false, sessionExpiry: 1d, clientId: gateway-1, needs: { offline: 1h } }
               |                                                                                                     ^^
            test.flow.yaml:3:46 road keeps 5,000 messages for a client
            test.flow.yaml:10:31 2 messages a second are published here
        `,
      },
      {
        files: text`
          === mosquitto.conf
          listener 1883
          persistence true
          === fleet.flow.yaml
          flow: 1
          brokers:
            road: { protocol: mqtt, same-as: mosquitto }
          channels:
            fleet/17/alert: { broker: road, qos: 1 }
          services:
            truck:
              publishes:
                fleet/17/alert: { rate: 2 }
            gateway:
              consumes:
                fleet/17/alert: { cleanStart: false, sessionExpiry: 1d, clientId: gateway-1, needs: { offline: 1h } }
        `,
        report: text`
          warning capacity/offline-queue gateway consumes topic fleet/17/alert and may be away for 1h; at 2 messages a second 7,200 arrive meanwhile, and broker road says nothing of max_queued_messages; the default of mosquitto >= 2.0 is 1000. Raise it above 7,200.
            fleet.flow.yaml:12:102
            12 |       fleet/17/alert: { cleanStart: false, sessionExpiry: 1d, clientId: gateway-1, needs: { offline: 1h } }
               |                                                                                                      ^^
            fleet.flow.yaml:9:31 2 messages a second are published here
        `,
      },
    ],
    valid: [
      {
        files: text`
          flow: 1
          brokers:
            road: { protocol: mqtt, maxQueuedMessages: 10000 }
            free: { protocol: mqtt, maxQueuedMessages: 0 }
          channels:
            fleet/17/alert: { broker: road, qos: 1 }
            fleet/18/alert: { broker: free, qos: 1 }
          services:
            truck:
              publishes:
                fleet/17/alert: { rate: 2 }
                fleet/18/alert: { rate: 2 }
            gateway:
              consumes:
                fleet/17/alert: { cleanStart: false, sessionExpiry: 1d, clientId: gateway-1, needs: { offline: 1h } }
                fleet/18/alert: { cleanStart: false, sessionExpiry: 1d, clientId: gateway-1, needs: { offline: 1h } }
        `,
      },
      {
        files: text`
          flow: 1
          brokers:
            road: { protocol: mqtt }
            small: { protocol: mqtt, maxQueuedMessages: 100 }
          channels:
            fleet/17/alert: { broker: road, qos: 1 }
            fleet/18/alert: { broker: small, qos: 0 }
          services:
            truck:
              publishes:
                fleet/17/alert: { rate: 2 }
                fleet/18/alert: { rate: 2 }
            gateway:
              consumes:
                fleet/17/alert: { cleanStart: false, sessionExpiry: 1d, clientId: gateway-1, needs: { offline: 1h } }
                fleet/18/alert: { cleanStart: false, sessionExpiry: 1d, clientId: gateway-1, needs: { offline: 1h } }
        `,
      },
    ],
  },
  * check(model) {
    for (const consume of model.consumes) {
      const { channel } = consume;
      const away = absenceOf(consume);
      if (consume.protocol !== 'mqtt' || channel?.broker === undefined || away === undefined) continue;
      // QoS 0 is not kept, and without a session there is nothing that could be full.
      const { qos, cleanStart } = effectiveConsume(consume);
      if (qos?.from !== 'declared' || qos.value === 0 || cleanStart?.from !== 'declared' || cleanStart.value) continue;
      const limit = effectiveBroker(channel.broker).maxQueuedMessages;
      const arriving = arrivalRate(channel);
      if (limit === undefined || limit.from === 'unknown' || limit.value === 0 || arriving === undefined) continue;
      // Of a broker that nothing shows to be mosquitto its limit is only assumed.
      if (limit.from === 'default' && limit.assumed === true) continue;
      const count = (arriving.rate * away.time.value) / 1000;
      if (!(count > limit.value)) continue;
      yield {
        message: limit.from === 'declared' ? 'written' : 'default',
        at: away.time.at,
        data: {
          edge: edgeWords(consume), away: durationWords(away.time.value), rate: countWords(arriving.rate),
          count: countWords(count), limit: countWords(limit.value), broker: channel.broker.name, reason: brokerDefaultWords(limit),
        },
        related: [
          ...(limit.from === 'declared' ? [{ at: limit.at, message: `${channel.broker.name} keeps ${countWords(limit.value)} messages for a client` }] : []),
          ...arriving.stated.slice(0, 3).map((rate) => ({ at: rate.at, message: `${countWords(rate.value)} messages a second are published here` })),
        ],
      };
    }
  },
});
