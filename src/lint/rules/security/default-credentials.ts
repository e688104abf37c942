import { opensLocalBroker } from '../../credentials';
import { text } from '../../example';
import { defineRule } from '../../rule';

/** The user and password that everybody knows. */
export default defineRule({
  name: 'security/default-credentials',
  severity: 'error',
  summary: 'A broker is opened with the user and password that it is delivered with.',
  why: `
RabbitMQ makes the user guest with the password guest, which may do everything and is the first that anybody
tries. For that reason a fresh broker lets it in from the same machine only; definitions or configuration that
open it to the network open the broker. Make a user of your own with the permissions it needs, and delete guest.

For brokers in a development or test environment, on this machine or in a compose file it is an information.`,
  sources: ['https://www.rabbitmq.com/docs/access-control#default-state', 'https://www.rabbitmq.com/docs/access-control#loopback-users'],
  messages: {
    known: '{of} is opened with its well-known default user{user}: anybody can try it. Use a user of your own, and delete the default one.',
  },
  examples: {
    invalid: [
      {
        files: text`
          flow: 1
          brokers:
            work: { protocol: rabbitmq, url: amqps://guest:guest@rabbit.example.com }
        `,
        report: text`
          error security/default-credentials work is opened with its well-known default user guest: anybody can try it. Use a user of your own, and delete the default one.
            test.flow.yaml:3:44
            3 |   work: { protocol: rabbitmq, url: amqps://guest:guest@rabbit.example.com }
              |                                            ^^^^^
        `,
      },
      {
        files: text`
          === definitions.json
          {
            "rabbit_version": "4.1.0",
            "users": [{ "name": "guest", "password": "guest", "tags": ["administrator"] }],
            "vhosts": [{ "name": "/" }],
            "queues": [],
            "exchanges": []
          }
        `,
        report: text`
          error security/default-credentials This RabbitMQ broker is opened with its well-known default user guest: anybody can try it. Use a user of your own, and delete the default one.
            definitions.json:3:24
            3 |   "users": [{ "name": "guest", "password": "guest", "tags": ["administrator"] }],
              |                        ^^^^^
        `,
      },
    ],
    valid: [
      {
        files: text`
          flow: 1
          brokers:
            work: { protocol: rabbitmq, url: "amqps://\${env:RABBIT_USER}:\${env:RABBIT_PASSWORD}@rabbit.example.com" }
        `,
      },
    ],
  },
  * check(model, context) {
    for (const credential of model.credentials) {
      if (credential.isDefault !== true) continue;
      yield {
        message: 'known',
        at: credential.user?.at ?? credential.secret ?? credential.extent,
        data: { of: capital(credential.of), user: credential.user ? ` ${credential.user.value}` : '' },
        severity: opensLocalBroker(model, credential, context) ? 'info' : 'error',
      };
    }
  },
});

function capital(text: string): string {
  return /^(this|the) /.test(text) ? text.charAt(0).toUpperCase() + text.slice(1) : text;
}
