import { isExternal } from '../../channels';
import { text } from '../../example';
import { defineRule } from '../../rule';
import { channelWords, listWords } from '../../words';

/** Dead letters pile up where nobody looks. */
export default defineRule({
  name: 'dlq/no-consumer',
  severity: 'warning',
  summary: 'Nobody consumes a dead-letter channel.',
  why: `
A dead letter is a message that somebody was promised. If nobody reads the channel it lands in, it waits there
until its retention ends or the disk is full, and the failure it stands for is never seen.

Asked only where the files name consumers of that protocol at all: a folder of definitions alone knows
queues, but no services. A channel that is drained elsewhere says \`external: true\`.`,
  sources: ['https://www.rabbitmq.com/docs/dlx#overview'],
  messages: {
    unread: 'Nobody consumes {channel}, which takes the dead letters of {from}: they pile up unseen. Add a consumer, or say external: true if it is drained elsewhere.',
  },
  examples: {
    invalid: [
      {
        files: text`
          flow: 1
          brokers:
            events: { protocol: kafka }
          channels:
            orders.placed: { broker: events, deadLetter: orders.placed.dlq }
            orders.placed.dlq: { broker: events }
          services:
            billing:
              consumes:
                orders.placed: { group: billing }
        `,
        report: text`
          warning dlq/no-consumer Nobody consumes topic orders.placed.dlq, which takes the dead letters of topic orders.placed: they pile up unseen. Add a consumer, or say external: true if it is drained elsewhere.
            test.flow.yaml:6:3
            6 |   orders.placed.dlq: { broker: events }
              |   ^^^^^^^^^^^^^^^^^
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
            orders.placed: { broker: events, deadLetter: orders.placed.dlq }
            orders.placed.dlq: { broker: events }
          services:
            billing:
              consumes:
                orders.placed: { group: billing }
            support:
              consumes:
                orders.placed.dlq: { group: support }
        `,
      },
    ],
  },
  * check(model) {
    const protocols = new Set(model.consumes.map((c) => c.protocol));
    for (const channel of model.channels) {
      if (!channel.isDeadLetter || channel.consumes.length > 0 || channel.routesOut.length > 0) continue;
      // An exchange holds nothing; one that leads nowhere is `dlq/target-missing`.
      if (channel.space === 'exchange' || channel.declarations.length === 0 || isExternal(channel)) continue;
      if (!protocols.has(channel.protocol)) continue;
      const sources = channel.routesIn.flatMap((r) => (r.kind === 'dead-letter' ? [r] : r.from.routesIn.filter((s) => s.kind === 'dead-letter')));
      const names = [...new Set(sources.map((r) => channelWords(r.from)))];
      if (names.length === 0) continue;
      yield { message: 'unread', at: channel.at, data: { channel: channelWords(channel), from: listWords(names) } };
    }
  },
});
