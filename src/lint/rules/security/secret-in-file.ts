import { opensLocalBroker } from '../../credentials';
import { text } from '../../example';
import { defineRule } from '../../rule';

/** A password stands in a file that others read. */
export default defineRule({
  name: 'security/secret-in-file',
  severity: 'error',
  summary: 'A password, token or key is written out in a file.',
  why: `
Who can read the repository, its history or a backup of it can open the broker. Deleting the line later does
not help: the secret stays in the history and must be changed. Files should name where the secret comes from:
\`\${env:NAME}\` in a flow file, a config provider in Kafka's properties, a password hash in definitions.

Placeholders, empty values and hashes are no secrets; files to copy and fill in (\`.env.example\`) hold none. For brokers in a development or test environment, on this
machine or in a compose file it is a warning.`,
  sources: [
    'https://kafka.apache.org/documentation/#config_providers',
    'https://www.rabbitmq.com/docs/passwords',
    'https://cheatsheetseries.owasp.org/cheatsheets/Secrets_Management_Cheat_Sheet.html',
  ],
  messages: {
    written: 'The secret of {of} ({where}) is written out here: whoever reads the repository can use it. Take it from the environment or a secret store, and change it.',
  },
  examples: {
    invalid: [
      {
        files: text`
          flow: 1
          brokers:
            work: { protocol: rabbitmq, url: "amqps://checkout:s3cr3t-9f2a@rabbit.example.com" }
        `,
        report: text`
          error security/secret-in-file The secret of work (user info of url) is written out here: whoever reads the repository can use it. Take it from the environment or a secret store, and change it.
            test.flow.yaml:3:54
            3 |   work: { protocol: rabbitmq, url: "amqps://checkout:s3cr3t-9f2a@rabbit.example.com" }
              |                                                      ^^^^^^^^^^^
        `,
        fixed: text`
          flow: 1
          brokers:
            work: { protocol: rabbitmq, url: "amqps://checkout:\${env:WORK_PASSWORD}@rabbit.example.com" }
        `,
      },
      {
        files: text`
          === producer.properties
          bootstrap.servers=kafka-1.example.com:9093
          client.id=checkout
          acks=all
          security.protocol=SASL_SSL
          sasl.mechanism=PLAIN
          sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required username="checkout" password="s3cr3t-9f2a";
        `,
        report: text`
          error security/secret-in-file The secret of kafka-1.example.com:9093 (sasl.jaas.config) is written out here: whoever reads the repository can use it. Take it from the environment or a secret store, and change it.
            producer.properties:6:113
            6 | sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required username="checkout" password="s3cr3t-9f2a";
              |                                                                                                                 ^^^^^^^^^^^
        `,
      },
    ],
    valid: [
      {
        files: text`
          === client.properties.example
          bootstrap.servers=kafka-1.example.com:9093
          client.id=checkout
          security.protocol=SASL_SSL
          sasl.mechanism=PLAIN
          sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required username="checkout" password="your-password";
        `,
      },
      {
        files: text`
          flow: 1
          brokers:
            work: { protocol: rabbitmq, url: "amqps://checkout:\${env:RABBIT_PASSWORD}@rabbit.example.com" }
        `,
      },
    ],
  },
  * check(model, context) {
    for (const credential of model.credentials) {
      // Of a default password `security/default-credentials` tells; it is no secret.
      if (credential.secret === undefined || credential.isDefault === true) continue;
      if (isPattern(model.files.get(credential.secret.file)?.path ?? '')) continue;
      const name = `${credential.of.replace(/^.*:\/\//, '').replace(/[^A-Za-z0-9]+/g, '_').replace(/^_|_$/g, '').toUpperCase()}_PASSWORD`;
      yield {
        message: 'written',
        at: credential.secret,
        data: { of: credential.of, where: credential.where },
        // What opens no broker (a connector's database) may be there to try things out; nobody here can tell.
        severity: credential.protocol === undefined || opensLocalBroker(model, credential, context) ? 'warning' : 'error',
        // Only a flow file has a placeholder of its own; somebody must set the variable, hence unsafe.
        fixes: credential.dialect !== 'flow' ? undefined : [{
          title: `Take it from the environment variable ${name}`, safe: false,
          edits: [{ at: credential.secret, newText: `\${env:${name}}` }],
        }],
      };
    }
  },
});

/** True for a file to copy and fill in (`.env.example`, `application.yml.sample`): what it holds opens nothing. */
function isPattern(path: string): boolean {
  return /\.(example|sample|template|tmpl|dist)(\.[^./]*)?$/i.test(path);
}
