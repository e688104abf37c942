import type { Channel } from '../../../model/model';
import { declaredIn, isBuiltIn, isExternal } from '../../channels';
import { text } from '../../example';
import { defineRule } from '../../rule';
import { channelWords } from '../../words';

/** A channel that nobody uses. */
export default defineRule({
  name: 'topology/orphan',
  severity: 'warning',
  summary: 'A channel is declared that nobody publishes to, consumes from or routes through.',
  why: `
Either it is left over, or a name elsewhere is mistyped and the real traffic goes past it. On the broker it
costs partitions, memory and attention.

Asked only where the files name services of that protocol at all, and an information for channels that no flow
file declares: an AsyncAPI document may describe channels for others to use.`,
  sources: ['https://kafka.apache.org/documentation/#basic_ops_add_topic'],
  messages: {
    unused: 'Nobody publishes to {channel}, consumes from it or routes through it. Remove it, or say external: true if others use it.',
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
            orders.old: { broker: events }
          services:
            checkout:
              publishes:
                orders.placed: { acks: all }
        `,
        report: text`
          warning topology/orphan Nobody publishes to topic orders.old, consumes from it or routes through it. Remove it, or say external: true if others use it.
            test.flow.yaml:6:3
            6 |   orders.old: { broker: events }
              |   ^^^^^^^^^^
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
            orders.placed: { broker: events, deadLetter: orders.dlq }
            orders.dlq: { broker: events }
            partner.orders: { broker: events, external: true }
          services:
            checkout:
              publishes:
                orders.placed: { acks: all }
        `,
      },
    ],
  },
  * check(model) {
    const protocols = new Set([...model.publishes, ...model.consumes].filter((e) => e.channel !== undefined).map((e) => e.protocol));
    const telling = tellingDialects(model.channels);
    for (const channel of model.channels) {
      if (channel.declarations.length === 0 || !protocols.has(channel.protocol)) continue;
      if (isUsed(channel) || !channel.declarations.some((d) => telling.has(d.dialect)) || isExternal(channel) || isBuiltIn(channel)) continue;
      // A name in a program's own keys, or one that a Streams program waits for, is used by code that no file shows.
      if (channel.declarations.every((fact) => fact.inferred !== undefined)) continue;
      yield {
        message: 'unused', at: channel.at, data: { channel: channelWords(channel) },
        severity: declaredIn(channel, 'flow') ? 'warning' : 'info',
      };
    }
  },
});

function isUsed(channel: Channel): boolean {
  return channel.publishes.length + channel.consumes.length + channel.routesIn.length + channel.routesOut.length > 0;
}

/**
 * Dialects most of whose channels are used by somebody here. A registry of topics, or a cluster's manifests, say
 * nothing of programs that live in other repositories: there an unused channel is no news.
 */
function tellingDialects(channels: readonly Channel[]): ReadonlySet<string> {
  const counts = new Map<string, { all: number; used: number }>();
  for (const channel of channels) {
    for (const dialect of new Set(channel.declarations.map((d) => d.dialect))) {
      const count = counts.get(dialect) ?? { all: 0, used: 0 };
      count.all++;
      if (isUsed(channel)) count.used++;
      counts.set(dialect, count);
    }
  }
  return new Set([...counts].flatMap(([dialect, { all, used }]) =>
    (dialect === 'flow' || used * 2 >= all ? [dialect] : [])));
}
