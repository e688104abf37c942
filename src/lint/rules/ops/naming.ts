import { isBuiltIn, isExternal } from '../../channels';
import { text } from '../../example';
import { defineRule } from '../../rule';
import { channelWords } from '../../words';

/** A channel whose name is not made as people agreed that names are made. */
export default defineRule({
  name: 'ops/naming',
  severity: 'info',
  enabled: false,
  summary: 'A channel is not named as the configuration asks.',
  why: `
Names of channels are contracts: access rules, subscriptions with wildcards and dashboards go by them, and no broker
renames a topic or a queue later. \`naming\` in \`tailrace.config.yaml\` is a regular expression that whole names must
match, or one for each protocol: \`naming: { kafka: "[a-z]+(\\\\.[a-z]+)*", mqtt: "[a-z]+(/[a-z]+)*" }\`.

It is off by default, and says nothing without a pattern. Channels that somebody outside made (\`external\`), those that
RabbitMQ makes itself, and names that no file declares are left alone.`,
  sources: [
    'https://kafka.apache.org/documentation/#basic_ops_add_topic',
    'https://docs.nats.io/nats-concepts/subjects#characters-allowed-and-recommended-for-subject-names',
  ],
  messages: {
    other: '{channel} is not named as tailrace.config.yaml asks: its name does not match {pattern}. Choose another name before somebody depends on it.',
  },
  examples: {
    invalid: [
      {
        files: text`
          === shop.flow.yaml
          flow: 1
          brokers:
            events: { protocol: kafka }
            field: { protocol: mqtt }
          channels:
            orders.placed: { broker: events }
            OrderShipped: { broker: events }
            trucks/position: { broker: field }
          === tailrace.config.yaml
          rules: { ops/naming: info }
          naming: { kafka: "[a-z]+(\\\\.[a-z]+)*" }
        `,
        report: text`
          info ops/naming topic OrderShipped is not named as tailrace.config.yaml asks: its name does not match [a-z]+(\\.[a-z]+)*. Choose another name before somebody depends on it.
            shop.flow.yaml:7:3
            7 |   OrderShipped: { broker: events }
              |   ^^^^^^^^^^^^
        `,
      },
    ],
    valid: [
      {
        files: text`
          === shop.flow.yaml
          flow: 1
          brokers:
            events: { protocol: kafka }
          channels:
            orders.placed: { broker: events }
            OrderShipped: { broker: events, external: true }
          === tailrace.config.yaml
          rules: { ops/naming: info }
          naming: "[a-z]+(\\\\.[a-z]+)*"
        `,
      },
      {
        files: text`
          flow: 1
          brokers:
            events: { protocol: kafka }
          channels:
            OrderShipped: { broker: events }
        `,
      },
    ],
  },
  * check(model, { naming }) {
    if (naming === undefined) return;
    for (const channel of model.channels) {
      const pattern = (channel.protocol && naming[channel.protocol]) ?? naming.all;
      if (pattern === undefined || channel.declarations.length === 0 || isExternal(channel) || isBuiltIn(channel)) continue;
      if (new RegExp(`^(?:${pattern})$`, 'u').test(channel.address)) continue;
      yield { message: 'other', at: channel.at, data: { channel: channelWords(channel), pattern } };
    }
  },
});
