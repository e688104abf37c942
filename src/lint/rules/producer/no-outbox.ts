import { edgeClient } from '../../../delivery/effective';
import { text } from '../../example';
import { defineRule } from '../../rule';
import { judge, wishRelated } from '../../wants';
import { edgeWords } from '../../words';

/** Two writes that no transaction holds together drift apart. */
export default defineRule({
  name: 'producer/no-outbox',
  severity: 'info',
  enabled: false,
  summary: 'A service writes to its database and publishes a message of it, in two steps.',
  why: `
A database's transaction does not cover a broker, and a broker's transaction covers no database. Between the two
writes the program can crash: either the row is there and nobody hears of it, or the message tells of a row
that was rolled back. Sending again does not help, since after the crash nobody knows that anything is missing. With
an outbox the message is stored in the same database transaction as the data, and something else reads it there
and publishes it, as often as needed.

It is off by default: most services that have a database publish this way, and only a flow file
tells (\`database\`, \`outbox: true\`). Kafka Connect and Debezium read the database itself and are not reported.`,
  sources: [
    'https://debezium.io/documentation/reference/stable/transformations/outbox-event-router.html',
    'https://docs.aws.amazon.com/prescriptive-guidance/latest/cloud-design-patterns/transactional-outbox.html',
    'https://kafka.apache.org/documentation/#semantics',
  ],
  messages: {
    dual: '{edge} and writes to the database {database} in a step of its own: a crash between the two leaves one without the other. Store the message with the data and publish it from there (outbox: true).',
  },
  examples: {
    invalid: [
      {
        files: text`
          flow: 1
          brokers:
            events: { protocol: kafka }
          channels:
            orders.placed: { broker: events }
          services:
            checkout:
              client: kafka-java@3.9
              database: orders-db
              publishes:
                orders.placed: { guarantee: at-least-once, acks: all }
        `,
        report: text`
          info producer/no-outbox checkout publishes to topic orders.placed and writes to the database orders-db in a step of its own: a crash between the two leaves one without the other. Store the message with the data and publish it from there (outbox: true).
            test.flow.yaml:11:7
            11 |       orders.placed: { guarantee: at-least-once, acks: all }
               |       ^^^^^^^^^^^^^
            test.flow.yaml:9:15 the database is named here
            test.flow.yaml:11:35 checkout declares at-least-once here
        `,
      },
    ],
    valid: [
      {
        files: text`
          flow: 1
          brokers:
            events: { protocol: kafka }
          channels:
            orders.placed: { broker: events }
          services:
            checkout:
              client: kafka-java@3.9
              database: orders-db
              publishes:
                orders.placed: { guarantee: at-least-once, acks: all, outbox: true }
        `,
      },
      {
        files: text`
          flow: 1
          brokers:
            events: { protocol: kafka }
          channels:
            orders.changed: { broker: events }
            orders.placed: { broker: events }
            clicks: { broker: events }
          services:
            cdc:
              client: kafka-connect@3.9
              database: orders-db
              publishes:
                orders.changed: { guarantee: at-least-once }
            shop:
              client: kafka-java@3.9
              publishes:
                orders.placed: { guarantee: at-least-once, acks: all }
            web:
              client: kafka-java@3.9
              database: sessions-db
              publishes:
                clicks: { guarantee: best-effort }
        `,
      },
    ],
  },
  * check(model, { wants }) {
    for (const publish of model.publishes) {
      const { database } = publish.service;
      if (database === undefined || publish.channel === undefined || publish.settings.outbox?.value === true) continue;
      if (edgeClient(publish)?.id === 'kafka-connect') continue;
      const wish = wants.publish(publish);
      if (judge('info', wish, 'written') === undefined) continue;
      yield {
        message: 'dual',
        at: publish.settings.outbox?.at ?? publish.at,
        data: { edge: edgeWords(publish), database: database.value },
        related: [{ at: database.at, message: 'the database is named here' }, ...wishRelated(wish) ?? []],
      };
    }
  },
});
