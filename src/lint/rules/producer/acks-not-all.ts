import { replaceFix } from '../../dialectKeys';
import { text } from '../../example';
import { defineRule } from '../../rule';
import { judge, wishRelated } from '../../wants';
import { edgeWords, speaks } from '../../words';

/** A crash of the leader drops records that only the leader acknowledged. */
export default defineRule({
  name: 'producer/acks-not-all',
  severity: 'error',
  summary: 'A Kafka producer whose records must not get lost does not wait for all in-sync replicas.',
  why: `
With \`acks=1\` the partition's leader answers as soon as it has written a record itself. If it goes down
before a follower has fetched the record, the follower that takes over never had it: the producer was told
that all is well, and the record is gone. With \`acks=0\` nobody answers at all, and even a lost connection
goes unnoticed. Only \`acks=all\` waits for every in-sync replica. Setting \`acks\` to 0 or 1 also switches
the Java client's idempotent producer off, with no more than a line in its log, unless it was asked for by name.`,
  sources: [
    'https://kafka.apache.org/documentation/#producerconfigs_acks',
    'https://kafka.apache.org/documentation/#design_ha',
  ],
  messages: {
    one: '{edge} with acks=1: a record that only the leader has is lost with the leader, although it was acknowledged. Set acks=all.',
    zero: '{edge} with acks=0: nobody confirms that a record arrived, and a lost connection loses records unseen. Set acks=all.',
  },
  examples: {
    invalid: [
      {
        files: text`
          flow: 1
          channels:
            orders.placed: { broker: events }
          brokers:
            events: { protocol: kafka }
          services:
            checkout:
              publishes:
                orders.placed: { guarantee: at-least-once, acks: 1 }
        `,
        report: text`
          error producer/acks-not-all checkout publishes to topic orders.placed with acks=1: a record that only the leader has is lost with the leader, although it was acknowledged. Set acks=all.
            test.flow.yaml:9:56
            9 |       orders.placed: { guarantee: at-least-once, acks: 1 }
              |                                                        ^
            test.flow.yaml:9:35 checkout declares at-least-once here
        `,
        fixed: text`
          flow: 1
          channels:
            orders.placed: { broker: events }
          brokers:
            events: { protocol: kafka }
          services:
            checkout:
              publishes:
                orders.placed: { guarantee: at-least-once, acks: all }
        `,
      },
      {
        files: text`
          flow: 1
          channels:
            clicks: { broker: events }
          brokers:
            events: { protocol: kafka }
          services:
            web:
              publishes:
                clicks: { acks: 0 }
        `,
        report: text`
          warning producer/acks-not-all web publishes to topic clicks with acks=0: nobody confirms that a record arrived, and a lost connection loses records unseen. Set acks=all.
            test.flow.yaml:9:23
            9 |       clicks: { acks: 0 }
              |                       ^
        `,
        fixed: text`
          flow: 1
          channels:
            clicks: { broker: events }
          brokers:
            events: { protocol: kafka }
          services:
            web:
              publishes:
                clicks: { acks: all }
        `,
      },
      {
        files: text`
          === producer.properties
          bootstrap.servers=kafka-1.example.com:9093
          client.id=checkout
          key.serializer=org.apache.kafka.common.serialization.StringSerializer
          acks=1
        `,
        report: text`
          warning producer/acks-not-all checkout publishes with acks=1: a record that only the leader has is lost with the leader, although it was acknowledged. Set acks=all.
            producer.properties:4:6
            4 | acks=1
              |      ^
        `,
        fixed: text`
          === producer.properties
          bootstrap.servers=kafka-1.example.com:9093
          client.id=checkout
          key.serializer=org.apache.kafka.common.serialization.StringSerializer
          acks=all
        `,
      },
      {
        files: text`
          === asyncapi.yaml
          asyncapi: 3.0.0
          info: { title: checkout, version: 1.0.0 }
          servers:
            events: { host: "kafka-1.example.com:9093", protocol: kafka-secure }
          channels:
            ordersPlaced: { address: orders.placed }
          operations:
            placeOrder:
              action: send
              channel: { $ref: "#/channels/ordersPlaced" }
              x-tailrace: { guarantee: at-least-once, acks: 1 }
        `,
        report: text`
          error producer/acks-not-all checkout publishes to topic orders.placed with acks=1: a record that only the leader has is lost with the leader, although it was acknowledged. Set acks=all.
            asyncapi.yaml:11:51
            11 |     x-tailrace: { guarantee: at-least-once, acks: 1 }
               |                                                   ^
            asyncapi.yaml:11:30 checkout declares at-least-once here
        `,
        fixed: text`
          === asyncapi.yaml
          asyncapi: 3.0.0
          info: { title: checkout, version: 1.0.0 }
          servers:
            events: { host: "kafka-1.example.com:9093", protocol: kafka-secure }
          channels:
            ordersPlaced: { address: orders.placed }
          operations:
            placeOrder:
              action: send
              channel: { $ref: "#/channels/ordersPlaced" }
              x-tailrace: { guarantee: at-least-once, acks: all }
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
            clicks: { broker: events }
          services:
            checkout:
              publishes:
                orders.placed: { guarantee: at-least-once, acks: all }
                clicks: { guarantee: best-effort, acks: 0 }
        `,
      },
    ],
  },
  * check(model, { wants }) {
    for (const publish of model.publishes) {
      const acks = publish.settings.acks;
      if (!speaks(publish, 'kafka') || acks === undefined || acks.value === 'all') continue;
      // A producer that is asked for idempotence refuses it: `producer/idempotence-off` tells.
      const { idempotence, transactionalId } = publish.settings;
      if (publish.protocol === 'kafka' && (idempotence?.value === true || (transactionalId !== undefined && idempotence === undefined))) continue;
      const wish = wants.publish(publish);
      const severity = judge('error', wish, 'written');
      if (severity === undefined) continue;
      yield {
        message: acks.value === '0' ? 'zero' : 'one',
        at: acks.at,
        data: { edge: edgeWords(publish) },
        severity,
        related: wishRelated(wish),
        fixes: replaceFix(model, acks.at, 'acks', 'all', wish.kind === 'declared'),
      };
    }
  },
});
