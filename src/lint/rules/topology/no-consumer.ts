import type { Channel } from '../../../model/model';
import { isExternal } from '../../channels';
import { text } from '../../example';
import { defineRule } from '../../rule';
import { channelWords, listWords } from '../../words';

/** Messages are published that nobody reads. */
export default defineRule({
  name: 'topology/no-consumer',
  severity: 'warning',
  enabled: false,
  summary: 'A channel is published to, and nobody consumes what arrives.',
  why: `
Either the consumer lives in another repository, or it is gone and the messages pile up, or a name is
mistyped. Off by default, since few folders hold every consumer; switch it on where the flow files are meant to
be complete. A channel that is consumed elsewhere says \`external: true\`.`,
  sources: ['https://www.rabbitmq.com/docs/queues#queue-length'],
  messages: {
    unread: '{publishers} {verb} to {channel}, and nobody consumes it. Add the consumer, or say external: true if it is elsewhere.',
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
              publishes:
                orders.placed: { acks: all }
        `,
        report: text`
          warning topology/no-consumer checkout publishes to topic orders.placed, and nobody consumes it. Add the consumer, or say external: true if it is elsewhere.
            test.flow.yaml:5:3
            5 |   orders.placed: { broker: events }
              |   ^^^^^^^^^^^^^
        `,
      },
    ],
    valid: [
      {
        files: text`
          flow: 1
          brokers:
            fleet: { protocol: mqtt }
          channels:
            trucks/17/position: { broker: fleet }
            trucks/+/position: { broker: fleet }
            billing: { broker: fleet, external: true }
          services:
            truck:
              publishes:
                trucks/17/position: { qos: 1 }
                billing: { qos: 1 }
            screen:
              consumes:
                trucks/+/position: { qos: 1 }
        `,
      },
    ],
  },
  * check(model) {
    const read = reachable(model.channels, (c) => c.consumes.length > 0 || isExternal(c), (c) => c.routesIn.map((r) => r.from));
    for (const channel of model.channels) {
      if (channel.publishes.length === 0 || read.has(channel)) continue;
      const names = [...new Set(channel.publishes.map((p) => p.service.name))];
      const data = { channel: channelWords(channel), publishers: listWords(names), verb: names.length > 1 ? 'publish' : 'publishes' };
      yield { message: 'unread', at: channel.at, data };
    }
  },
});

/** The channels from which one that passes the test can be reached against `next`. */
function reachable(
  channels: readonly Channel[], test: (c: Channel) => boolean, next: (c: Channel) => readonly Channel[],
): Set<Channel> {
  const found = new Set(channels.filter(test));
  for (const channel of found) for (const other of next(channel)) found.add(other);
  return found;
}
