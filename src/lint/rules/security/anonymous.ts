import type { Broker } from '../../../model/model';
import type { Protocol } from '../../../model/settings';
import { replaceFix } from '../../dialectKeys';
import type { RuleContext } from '../../context';
import { text } from '../../example';
import { isLocal, isStatedProduction } from '../../locality';
import { defineRule } from '../../rule';
import { lower } from '../../wants';

/** Whoever reaches the port may read and write. */
export default defineRule({
  name: 'security/anonymous',
  severity: 'error',
  summary: 'A broker lets clients in that do not say who they are.',
  why: `
Who is let in without a name may read what others send, send what others trust, and take the place of a client or of a
member of a group; no access rule can tell one from another. Mosquitto admits anybody where \`allow_anonymous\` is true (its
default is false since 2.0); RabbitMQ offers the mechanism ANONYMOUS, as the user guest, unless it is taken out; a Kafka
listener without authentication and a NATS server without authorization ask nobody.

In a stated environment that is not for trying out it is an error, elsewhere a warning; where the file merely asks nobody
(a listener of Strimzi, a nats.conf without users) it counts one step less. Brokers in a development or test environment,
on this machine or in a compose file are left alone; a mosquitto that listens to all networks is not one of this machine.`,
  sources: [
    'https://mosquitto.org/man/mosquitto-conf-5.html',
    'https://www.rabbitmq.com/docs/production-checklist#anonymous-login',
    'https://kafka.apache.org/documentation/#security_overview',
    'https://docs.nats.io/running-a-nats-service/configuration/securing_nats/auth_intro',
  ],
  messages: {
    open: 'Broker {broker} lets clients in that do not say who they are: whoever reaches it may read, write and take the place of others. {how}.',
  },
  examples: {
    invalid: [
      {
        files: text`
          flow: 1
          brokers:
            field: { protocol: mqtt, url: mqtts://mqtt.example.com, environment: production, anonymous: true }
            work: { protocol: rabbitmq, url: amqps://rabbit.example.com, anonymous: true }
        `,
        report: text`
          error security/anonymous Broker field lets clients in that do not say who they are: whoever reaches it may read, write and take the place of others. Turn anonymous access off, and give clients passwords or certificates.
            test.flow.yaml:3:95
            3 |   field: { protocol: mqtt, url: mqtts://mqtt.example.com, environment: production, anonymous: true }
              |                                                                                               ^^^^

          warning security/anonymous Broker work lets clients in that do not say who they are: whoever reaches it may read, write and take the place of others. Take ANONYMOUS out of auth_mechanisms, and set anonymous_login_user to none.
            test.flow.yaml:4:75
            4 |   work: { protocol: rabbitmq, url: amqps://rabbit.example.com, anonymous: true }
              |                                                                           ^^^^
        `,
        fixed: text`
          flow: 1
          brokers:
            field: { protocol: mqtt, url: mqtts://mqtt.example.com, environment: production, anonymous: false }
            work: { protocol: rabbitmq, url: amqps://rabbit.example.com, anonymous: false }
        `,
      },
      {
        files: text`
          === cluster.yaml
          apiVersion: kafka.strimzi.io/v1
          kind: Kafka
          metadata: { name: events }
          spec:
            kafka:
              listeners: [{ name: tls, port: 9093, type: internal, tls: true }]
        `,
        report: text`
          info security/anonymous Broker events lets clients in that do not say who they are: whoever reaches it may read, write and take the place of others. Have its listeners authenticate clients, by SASL or by certificates.
            cluster.yaml:6:25
            6 |     listeners: [{ name: tls, port: 9093, type: internal, tls: true }]
              |                         ^^^
        `,
      },
      {
        files: text`
          === mosquitto.conf
          listener 1883
          allow_anonymous true
        `,
        report: text`
          warning security/anonymous Broker mosquitto lets clients in that do not say who they are: whoever reaches it may read, write and take the place of others. Turn anonymous access off, and give clients passwords or certificates.
            mosquitto.conf:2:17
            2 | allow_anonymous true
              |                 ^^^^
        `,
      },
    ],
    valid: [
      {
        files: text`
          flow: 1
          brokers:
            field: { protocol: mqtt, url: mqtts://mqtt.example.com, environment: production, anonymous: false }
            trial: { protocol: mqtt, url: mqtts://mqtt.example.com, environment: test, anonymous: true }
            other: { protocol: mqtt, url: mqtts://mqtt.example.org, environment: production }
        `,
      },
      {
        files: text`
          === mosquitto.conf
          listener 1883 127.0.0.1
          allow_anonymous true
        `,
      },
      {
        files: text`
          === compose.yaml
          services:
            mosquitto:
              image: eclipse-mosquitto:2
              volumes: [./mosquitto.conf:/mosquitto/config/mosquitto.conf]
          === mosquitto.conf
          listener 1883
          allow_anonymous true
        `,
      },
    ],
  },
  * check(model, context) {
    for (const broker of model.brokers) {
      const { anonymous } = broker;
      if (anonymous?.value !== true || (isLocal(broker, context) && !isReachable(broker, context))) continue;
      const severity = isStatedProduction(broker, context) ? 'error' : 'warning';
      yield {
        message: 'open',
        at: anonymous.at,
        data: { broker: broker.name, how: howTo[broker.protocol ?? 'kafka'] },
        severity: isWritten(broker) ? severity : lower(severity),
        fixes: replaceFix(model, anonymous.at, 'anonymous', 'false', false),
      };
    }
  },
});

/**
 * True for a mosquitto that takes connections from everywhere. As a client's address 0.0.0.0 is this machine; as a
 * listener's it is the opposite. A compose file's broker is there to try things out.
 */
function isReachable(broker: Broker, context: RuleContext): boolean {
  if ((broker.environment?.value ?? context.environment) !== undefined || broker.facts.some(({ dialect }) => dialect === 'compose')) return false;
  return broker.facts.some((fact) => fact.dialect === 'mosquitto' && fact.isServer === true
    && fact.addresses?.some(({ value }) => /^(?:0\.0\.0\.0|\[::\]):/.test(value)) === true);
}

/** False where it is concluded from what a file leaves out: another file may well say it. */
function isWritten(broker: Broker): boolean {
  const said = broker.facts.find((fact) => fact.anonymous !== undefined);
  return said?.dialect !== 'strimzi' && said?.dialect !== 'nats-conf';
}

const howTo: Readonly<Record<Protocol, string>> = {
  kafka: 'Have its listeners authenticate clients, by SASL or by certificates',
  rabbitmq: 'Take ANONYMOUS out of auth_mechanisms, and set anonymous_login_user to none',
  mqtt: 'Turn anonymous access off, and give clients passwords or certificates',
  nats: 'Give it users, tokens or accounts',
};
