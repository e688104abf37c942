import { edgeClient } from '../../../delivery/effective';
import { generatedClientIds } from '../../../delivery/mqttDefaults';
import type { Consume } from '../../../model/model';
import type { Sourced } from '../../../text/range';
import { insertFix } from '../../dialectKeys';
import { text } from '../../example';
import { defineRule } from '../../rule';
import { judge, wishRelated, type Origin } from '../../wants';
import { clientWords, couldSaySettings, edgeWords } from '../../words';

/** A session that is to stay, under a name that does not. */
export default defineRule({
  name: 'consumer/random-client-id',
  severity: 'error',
  summary: 'An MQTT subscriber wants its session kept, but connects with another client id each time.',
  why: `
The broker keeps a session (subscriptions, and what arrives while the client is away) under the client id. A client that
comes back with another id is a stranger: it gets a new session, and what waits in the old one is never
fetched. The abandoned sessions go on collecting messages until they expire, which with mosquitto they never do by default.

MQTT.js and SmallRye's connector make up an id where none is set. The Paho Python client refuses \`clean_session=False\`
without an id; with MQTT 5 the broker assigns a new one at each clean connection. Where the client is not known, a
missing id is reported one step lower.`,
  sources: [
    'https://docs.oasis-open.org/mqtt/mqtt/v5.0/os/mqtt-v5.0-os.html#_Toc3901059',
    'https://github.com/mqttjs/MQTT.js/blob/main/README.md',
    'https://eclipse.dev/paho/files/paho.mqtt.python/html/client.html',
    'https://mosquitto.org/man/mosquitto-conf-5.html',
  ],
  messages: {
    unset: '{edge} with a session that is to be kept ({kept}), but clientId is not set: {how}, and the session with its messages is never taken up again. Set a clientId that stays the same.',
    random: '{edge} with a session that is to be kept ({kept}), but the clientId {id} differs at each start: the session with its messages is never taken up again. Set a clientId that stays the same.',
  },
  examples: {
    invalid: [
      {
        files: text`
          flow: 1
          brokers:
            field: { protocol: mqtt }
          channels:
            doors/+/opened: { broker: field, qos: 1 }
          services:
            alarm:
              client: mqtt.js@5.14
              consumes:
                doors/+/opened: { guarantee: at-least-once, cleanStart: false }
            log:
              consumes:
                doors/+/opened: { guarantee: at-least-once, cleanStart: false, sessionExpiry: 1d }
        `,
        report: text`
          error consumer/random-client-id alarm consumes topic doors/+/opened with a session that is to be kept (clean start off), but clientId is not set: MQTT.js makes up a new one at each start, and the session with its messages is never taken up again. Set a clientId that stays the same.
            test.flow.yaml:10:7
            10 |       doors/+/opened: { guarantee: at-least-once, cleanStart: false }
               |       ^^^^^^^^^^^^^^
            test.flow.yaml:10:63 the session is to be kept
            test.flow.yaml:10:36 alarm declares at-least-once here

          warning consumer/random-client-id log consumes topic doors/+/opened with a session that is to be kept (clean start off), but clientId is not set: without one the client makes up, or the broker assigns, a new one at each start, and the session with its messages is never taken up again. Set a clientId that stays the same.
            test.flow.yaml:13:7
            13 |       doors/+/opened: { guarantee: at-least-once, cleanStart: false, sessionExpiry: 1d }
               |       ^^^^^^^^^^^^^^
            test.flow.yaml:13:63 the session is to be kept
            test.flow.yaml:13:36 log declares at-least-once here
        `,
        fixed: text`
          flow: 1
          brokers:
            field: { protocol: mqtt }
          channels:
            doors/+/opened: { broker: field, qos: 1 }
          services:
            alarm:
              client: mqtt.js@5.14
              consumes:
                doors/+/opened: { guarantee: at-least-once, cleanStart: false, clientId: alarm }
            log:
              consumes:
                doors/+/opened: { guarantee: at-least-once, cleanStart: false, sessionExpiry: 1d, clientId: log }
        `,
      },
      {
        files: text`
          flow: 1
          brokers:
            field: { protocol: mqtt }
          channels:
            doors/+/opened: { broker: field, qos: 1 }
          services:
            alarm:
              client: mqtt.js@5.14
              consumes:
                doors/+/opened: { guarantee: at-least-once, cleanStart: false, clientId: "alarm-<uuid>" }
        `,
        report: text`
          error consumer/random-client-id alarm consumes topic doors/+/opened with a session that is to be kept (clean start off), but the clientId alarm-<uuid> differs at each start: the session with its messages is never taken up again. Set a clientId that stays the same.
            test.flow.yaml:10:81
            10 |       doors/+/opened: { guarantee: at-least-once, cleanStart: false, clientId: "alarm-<uuid>" }
               |                                                                                 ^^^^^^^^^^^^
            test.flow.yaml:10:63 the session is to be kept
            test.flow.yaml:10:36 alarm declares at-least-once here
        `,
      },
      {
        files: text`
          === application.properties
          quarkus.application.name=alarm
          mp.messaging.incoming.doors.connector=smallrye-mqtt
          mp.messaging.incoming.doors.host=mqtt.example.com
          mp.messaging.incoming.doors.topic=doors/opened
          mp.messaging.incoming.doors.qos=1
          mp.messaging.incoming.doors.auto-clean-session=false
        `,
        report: text`
          warning consumer/random-client-id alarm consumes topic doors/opened with a session that is to be kept (clean start off), but clientId is not set: the SmallRye MQTT connector makes up a new one at each start, and the session with its messages is never taken up again. Set a clientId that stays the same.
            application.properties:4:35
            4 | mp.messaging.incoming.doors.topic=doors/opened
              |                                   ^^^^^^^^^^^^
            application.properties:6:48 the session is to be kept
        `,
        fixed: text`
          === application.properties
          quarkus.application.name=alarm
          mp.messaging.incoming.doors.connector=smallrye-mqtt
          mp.messaging.incoming.doors.host=mqtt.example.com
          mp.messaging.incoming.doors.topic=doors/opened
          mp.messaging.incoming.doors.qos=1
          mp.messaging.incoming.doors.auto-clean-session=false
          mp.messaging.incoming.doors.client-id=alarm
        `,
      },
    ],
    valid: [
      {
        files: text`
          flow: 1
          brokers:
            field: { protocol: mqtt }
          channels:
            doors/+/opened: { broker: field, qos: 1 }
          services:
            alarm:
              client: mqtt.js@5.14
              consumes:
                doors/+/opened: { guarantee: at-least-once, cleanStart: false, clientId: alarm }
        `,
      },
      {
        files: text`
          flow: 1
          brokers:
            field: { protocol: mqtt }
          channels:
            doors/+/opened: { broker: field, qos: 1 }
          services:
            screen:
              client: mqtt.js@5.14
              consumes:
                doors/+/opened: { guarantee: at-most-once, cleanStart: true }
            log:
              client: paho-java@1.2
              consumes:
                doors/+/opened: { guarantee: at-least-once, cleanStart: false }
        `,
      },
    ],
  },
  * check(model, { wants }) {
    for (const consume of model.consumes) {
      if (consume.protocol !== 'mqtt') continue;
      const { clientId, open } = consume.settings;
      const kept = keptBy(consume);
      if (kept === undefined || open?.includes('clientId') === true) continue;
      const named = clientId === undefined || clientId.value === '' ? unnamed(consume) : undefined;
      if (named === undefined && (clientId === undefined || clientId.value === '' || !isRandom(clientId.value))) continue;
      const wish = wants.consume(consume);
      const severity = judge('error', wish, named?.origin ?? 'written');
      if (severity === undefined) continue;
      yield {
        message: named === undefined ? 'random' : 'unset',
        at: clientId?.at ?? consume.at,
        data: { edge: edgeWords(consume), kept: kept.words, how: named?.how ?? '', id: clientId?.value ?? '' },
        severity,
        related: [{ at: kept.setting.at, message: 'the session is to be kept' }, ...wishRelated(wish) ?? []],
        fixes: named === undefined || clientId !== undefined ? undefined : insertFix(consume, 'clientId', consume.service.name, false),
      };
    }
  },
});

/** What says that the session outlives the connection. */
function keptBy({ settings }: Consume): { readonly setting: Sourced<unknown>; readonly words: string } | undefined {
  const { cleanStart, sessionExpiry } = settings;
  if (cleanStart?.value === false && sessionExpiry?.value !== 0) return { setting: cleanStart, words: 'clean start off' };
  if (sessionExpiry !== undefined && sessionExpiry.value > 0 && cleanStart === undefined) return { setting: sessionExpiry, words: 'a session expiry' };
  return undefined;
}

/** What happens without an id; undefined where the program itself must give one, in code that nobody reads. */
function unnamed(consume: Consume): { readonly how: string; readonly origin: Origin } | undefined {
  const client = edgeClient(consume);
  if (client === undefined) {
    if (!couldSaySettings(consume)) return undefined;
    return { how: 'without one the client makes up, or the broker assigns, a new one at each start', origin: 'assumed' };
  }
  if (generatedClientIds.has(client.id)) return { how: `${clientWords(client)} makes up a new one at each start`, origin: 'written' };
  if (client.id !== 'paho-python') return undefined;
  return { how: 'the Paho Python client refuses that with MQTT 3.1.1, and with MQTT 5 the broker assigns a new one', origin: 'written' };
}

/** A placeholder for something made anew at each start: `alarm-<uuid>`, `alarm-${random.uuid}`. */
function isRandom(id: string): boolean {
  return /[{<(%][^{}<>()%]*\b(uuid|guid|random|nonce)/i.test(id);
}
