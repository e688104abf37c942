import { own } from '../../../text/own';
import { hostsOf, isTlsUrl } from '../../../model/address';
import type { Broker, FlowModel } from '../../../model/model';
import type { Protocol } from '../../../model/settings';
import type { FileId, Sourced } from '../../../text/range';
import { replaceFix } from '../../dialectKeys';
import { text } from '../../example';
import { isLocal, isStatedProduction } from '../../locality';
import { defineRule, type Finding } from '../../rule';

/** Messages and passwords travel where others can read them. */
export default defineRule({
  name: 'security/plaintext',
  severity: 'error',
  summary: 'A broker that is not on this machine is reached without TLS.',
  why: `
All four protocols speak plain text unless told otherwise: who is on the way reads the messages and the
passwords that open the broker, and can change them. Kafka's \`security.protocol\` is PLAINTEXT by default, the
schemes amqp, mqtt and ws are plain; a NATS server may ask for TLS on a nats address, which no file shows.

Where a file only fails to mention TLS this is a warning; \`tls: true\` on the broker settles it. Brokers in a
development or test environment, on this machine or in a compose file are left alone.`,
  sources: [
    'https://kafka.apache.org/documentation/#security_ssl',
    'https://www.rabbitmq.com/docs/ssl',
    'https://mosquitto.org/man/mosquitto-tls-7.html',
    'https://docs.nats.io/running-a-nats-service/configuration/securing_nats/tls',
  ],
  messages: {
    off: 'Broker {broker} is reached without TLS: messages can be read on the way, and so can passwords that clients send. Turn TLS on.',
    scheme: 'Broker {broker} is reached over {scheme}, which is plain text: messages can be read on the way, and so can passwords that clients send. Use {secure}.',
    unsaid: 'Nothing says that broker {broker} is reached over TLS, and clients of {protocol} connect in plain text by default. {how}.',
    registry: 'The schema registry of broker {broker} is reached over http, which is plain text. Use https.',
  },
  examples: {
    invalid: [
      {
        files: text`
          flow: 1
          brokers:
            work: { protocol: rabbitmq, url: amqp://rabbit.example.com }
            events: { protocol: kafka, url: "kafka.example.com:9092", registry: http://registry.example.com:8081 }
        `,
        report: text`
          error security/plaintext Broker work is reached over amqp, which is plain text: messages can be read on the way, and so can passwords that clients send. Use amqps.
            test.flow.yaml:3:36
            3 |   work: { protocol: rabbitmq, url: amqp://rabbit.example.com }
              |                                    ^^^^^^^^^^^^^^^^^^^^^^^^^

          warning security/plaintext Nothing says that broker events is reached over TLS, and clients of Kafka connect in plain text by default. Turn TLS on and say tls: true.
            test.flow.yaml:4:36
            4 |   events: { protocol: kafka, url: "kafka.example.com:9092", registry: http://registry.example.com:8081 }
              |                                    ^^^^^^^^^^^^^^^^^^^^^^

          warning security/plaintext The schema registry of broker events is reached over http, which is plain text. Use https.
            test.flow.yaml:4:71
            4 |   events: { protocol: kafka, url: "kafka.example.com:9092", registry: http://registry.example.com:8081 }
              |                                                                       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
        `,
      },
      {
        files: text`
          flow: 1
          brokers:
            fleet: { protocol: mqtt, url: mqtt://mqtt.example.com, tls: false }
        `,
        report: text`
          error security/plaintext Broker fleet is reached without TLS: messages can be read on the way, and so can passwords that clients send. Turn TLS on.
            test.flow.yaml:3:63
            3 |   fleet: { protocol: mqtt, url: mqtt://mqtt.example.com, tls: false }
              |                                                               ^^^^^
        `,
        fixed: text`
          flow: 1
          brokers:
            fleet: { protocol: mqtt, url: mqtt://mqtt.example.com, tls: true }
        `,
      },
      {
        files: text`
          === asyncapi.yaml
          asyncapi: 3.0.0
          info: { title: mailer, version: 1.0.0 }
          servers:
            work: { host: rabbit.example.com, protocol: amqp }
          channels:
            mail:
              address: mail
              servers: [{ $ref: "#/servers/work" }]
        `,
        report: text`
          error security/plaintext Broker work is reached without TLS: messages can be read on the way, and so can passwords that clients send. Turn TLS on.
            asyncapi.yaml:4:47
            4 |   work: { host: rabbit.example.com, protocol: amqp }
              |                                               ^^^^
        `,
      },
      {
        files: text`
          === producer.properties
          bootstrap.servers=kafka-1.example.com:9092
          client.id=checkout
          acks=all
        `,
        report: text`
          warning security/plaintext Nothing says that broker kafka-1.example.com:9092 is reached over TLS, and clients of Kafka connect in plain text by default. Set security.protocol to SSL or SASL_SSL.
            producer.properties:1:19
            1 | bootstrap.servers=kafka-1.example.com:9092
              |                   ^^^^^^^^^^^^^^^^^^^^^^^^
        `,
      },
    ],
    valid: [
      {
        files: text`
          flow: 1
          brokers:
            work: { protocol: rabbitmq, url: amqps://rabbit.example.com }
            events: { protocol: kafka, url: "kafka.example.com:9093", tls: true }
            laptop: { protocol: mqtt, url: mqtt://localhost }
            compose: { protocol: nats, url: nats://nats:4222 }
            trial: { protocol: nats, url: nats://nats.example.com, environment: development }
        `,
      },
    ],
  },
  * check(model, context): Iterable<Finding<'off' | 'scheme' | 'unsaid' | 'registry'>> {
    for (const broker of model.brokers) {
      if (isLocal(broker, context)) continue;
      const { tls, registry } = broker;
      const url = addressOutside(broker, isStatedProduction(broker, context) ? /^localhost$/ : inside);
      // What only definitions name bears the name of its virtual host, which tells nobody where it is.
      const data = { broker: broker.name.startsWith('/') ? broker.url?.value ?? broker.name : broker.name, protocol: names[broker.protocol ?? 'kafka'] };
      if (tls?.value === false) {
        // Elsewhere the place holds a protocol's name (AsyncAPI, security.protocol), which has no one word to put there.
        const isFlow = broker.facts.some((f) => f.tls === tls && f.dialect === 'flow');
        yield { message: 'off', at: tls.at, data, fixes: isFlow ? replaceFix(model, tls.at, 'tls', 'true', false) : undefined };
      } else if (url !== undefined && tls === undefined && !isSettled(broker)) {
        const scheme = /^([a-z][\w.+-]*):\/\//i.exec(url.value)?.[1]?.toLowerCase();
        const secure = scheme === undefined ? undefined : own(secureSchemes, scheme);
        if (scheme === undefined || secure === undefined) {
          yield { message: 'unsaid', at: url.at, data: { ...data, how: howTo(model, url.at.file, broker.protocol) }, severity: 'warning' };
        } else {
          yield { message: 'scheme', at: url.at, data: { ...data, scheme, secure } };
        }
      }
      if (registry !== undefined && /^http:\/\//i.test(registry.value) && !/\$\{/.test(registry.value) && !isLocalUrl(registry.value)) {
        yield { message: 'registry', at: registry.at, data, severity: 'warning' };
      }
    }
  },
});

/**
 * The first address by which the broker is reached over a network that others may listen to: not one's own machine,
 * which several files may give for development, and not the inside of a Kubernetes cluster, unless somebody says
 * that it is production.
 */
function addressOutside(broker: Broker, own: RegExp): Sourced<string> | undefined {
  for (const fact of broker.facts) {
    if (fact.url === undefined || broker.copies?.has(fact) === true) continue;
    const hosts = hostsOf(fact.url.value, broker.protocol).map((host) => host.replace(/:[^:]*$/, ''));
    if (hosts.length === 0 || !hosts.every((host) => own.test(host))) return fact.url;
  }
  return undefined;
}

/** `localhost`, a container's or a service's bare name, `kafka.shop.svc`, `kafka.shop.svc.cluster.local`. */
const inside = /^[a-z0-9_-]+$|\.svc(\.[a-z0-9.-]+)?$/;

/** What to write, in the words of the file that names the address. */
function howTo(model: FlowModel, file: FileId, protocol: Protocol | undefined): string {
  const dialect = model.files.get(file)?.dialect;
  if (dialect === 'kafka-properties') return 'Set security.protocol to SSL or SASL_SSL';
  if (dialect === 'spring') {
    return protocol === 'rabbitmq' ? 'Set spring.rabbitmq.ssl.enabled to true'
      : 'Set spring.kafka.security.protocol to SSL or SASL_SSL';
  }
  return dialect === 'flow' ? 'Turn TLS on and say tls: true' : 'Turn TLS on and name a protocol that has it';
}

const names = { kafka: 'Kafka', rabbitmq: 'RabbitMQ', mqtt: 'MQTT', nats: 'NATS' } as const;

/** Plain schemes and what to use instead. `nats` and `kafka` do not say: there the server decides. */
const secureSchemes: Readonly<Record<string, string>> = {
  amqp: 'amqps', mqtt: 'mqtts', tcp: 'mqtts', ws: 'wss', plaintext: 'ssl', sasl_plaintext: 'sasl_ssl', http: 'https',
};

/** TLS by scheme or by the managed service, or an address that only the environment knows. */
function isSettled(broker: Broker): boolean {
  const url = broker.url?.value ?? '';
  return isTlsUrl(url) || /\$\{|\{[^}]*\}/.test(url) || broker.managed?.value === 'confluent-cloud';
}

function isLocalUrl(url: string): boolean {
  return /^https?:\/\/(localhost|127\.|\[::1\]|[a-z0-9_-]+([:/]|$))/i.test(url);
}
