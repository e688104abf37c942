import { isExternal } from '../../channels';
import { text } from '../../example';
import { defineRule } from '../../rule';
import { channelWords, listWords } from '../../words';

/** A consumer waits for messages that nobody sends. */
export default defineRule({
  name: 'topology/no-producer',
  severity: 'warning',
  enabled: false,
  summary: 'A channel is consumed, and nobody publishes to it.',
  why: `
Either the producer lives in another repository, or it is gone, or a name is mistyped and the consumer waits for
ever. Off by default, since few folders hold every producer; switch it on where the flow files are meant to be
complete. A channel that is written elsewhere says \`external: true\`.`,
  sources: ['https://www.rabbitmq.com/docs/consumers#basics'],
  messages: {
    unwritten: '{consumers} {verb} {channel}, and nobody publishes to it. Add the producer, or say external: true if it is elsewhere.',
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
            billing:
              consumes:
                orders.placed: { group: billing }
        `,
        report: text`
          warning topology/no-producer billing consumes topic orders.placed, and nobody publishes to it. Add the producer, or say external: true if it is elsewhere.
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
            work: { protocol: rabbitmq }
          channels:
            shop: { broker: work, exchange: fanout }
            mail: { broker: work, queue: quorum, bindings: [{ exchange: shop }] }
            partner: { broker: work, queue: quorum, external: true }
          services:
            checkout:
              publishes:
                shop: { confirms: true }
            mailer:
              consumes:
                mail: { ack: manual }
                partner: { ack: manual }
        `,
      },
    ],
  },
  * check(model) {
    const written = new Set(model.channels.filter((c) => c.publishes.length > 0 || isExternal(c)));
    // A set that grows while it is walked: what is written to a channel flows on along its routes.
    for (const channel of written) for (const route of channel.routesOut) written.add(route.to);
    for (const channel of model.channels) {
      if (channel.consumes.length === 0 || written.has(channel)) continue;
      const names = [...new Set(channel.consumes.map((c) => c.service.name))];
      const data = { channel: channelWords(channel), consumers: listWords(names), verb: names.length > 1 ? 'consume' : 'consumes' };
      yield { message: 'unwritten', at: channel.at, data };
    }
  },
});
