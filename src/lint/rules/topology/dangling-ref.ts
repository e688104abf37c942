import { didYouMean } from '../../../text/suggest';
import { text } from '../../example';
import type { Channel, FlowModel } from '../../../model/model';
import { defineRule, type Finding } from '../../rule';
import { listWords } from '../../words';

/** A name is used that no file declares. */
export default defineRule({
  name: 'topology/dangling-ref',
  severity: 'error',
  summary: 'A channel, broker or schema is named that no file declares.',
  why: `
A mistyped name is a channel of its own: with Kafka's auto-creation the producer writes into a topic that
nobody reads, with RabbitMQ a binding or declaration fails when it is deployed. All files of the workspace
count, so a name that another dialect declares is known.`,
  sources: ['https://kafka.apache.org/documentation/#brokerconfigs_auto.create.topics.enable', 'https://www.rabbitmq.com/docs/publishers#unroutable'],
  messages: {
    channel: '{by} names the channel {name}, which no file declares.{guess} Declare it, or correct the name.',
    ambiguous: '{by} names the channel {name}, which stands on the brokers {brokers}; it is taken for {taken}. Write {written}.',
    space: '{by} binds to {name}, which is no exchange but a {kind}. A binding stands at what receives and names the exchange that it takes messages from: move it to {kind} {name}.',
    broker: '{by} names the broker {name}, which no file declares.{guess} Declare it below brokers, or correct the name.',
    schema: '{by} names the schema {name}, which no file declares.{guess} Declare it below schemas, or correct the name.',
  },
  examples: {
    invalid: [
      {
        files: text`
          flow: 1
          brokers:
            events: { protocol: kafka }
          channels:
            orders.placed: { broker: event }
          services:
            checkout:
              publishes:
                orders.plcaed: { acks: all }
        `,
        report: text`
          error topology/dangling-ref Channel orders.placed names the broker event, which no file declares. Did you mean "events"? Declare it below brokers, or correct the name.
            test.flow.yaml:5:28
            5 |   orders.placed: { broker: event }
              |                            ^^^^^

          error topology/dangling-ref Service checkout names the channel orders.plcaed, which no file declares. Did you mean "orders.placed"? Declare it, or correct the name.
            test.flow.yaml:9:7
            9 |       orders.plcaed: { acks: all }
              |       ^^^^^^^^^^^^^
        `,
        fixed: text`
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
      },
      {
        files: text`
          === shop.flow.yaml
          flow: 1
          brokers:
            events: { protocol: kafka }
          channels:
            orders.placed: { broker: events, schema: OrderPlaced@1 }
          === definitions.json
          {
            "rabbit_version": "4.1.0",
            "vhosts": [{ "name": "/" }],
            "exchanges": [],
            "queues": [{ "name": "mail", "vhost": "/", "durable": true, "auto_delete": false, "arguments": {} }],
            "bindings": [
              { "source": "shop", "vhost": "/", "destination": "mail", "destination_type": "queue", "routing_key": "order", "arguments": {} }
            ]
          }
        `,
        report: text`
          error topology/dangling-ref Binding of queue "mail" to exchange "shop" names the channel shop, which no file declares. Declare it, or correct the name.
            definitions.json:7:18
            7 |     { "source": "shop", "vhost": "/", "destination": "mail", "destination_type": "queue", "routing_key": "order", "arguments": {} }
              |                  ^^^^

          error topology/dangling-ref Channel orders.placed names the schema OrderPlaced, which no file declares. Declare it below schemas, or correct the name.
            shop.flow.yaml:5:44
            5 |   orders.placed: { broker: events, schema: OrderPlaced@1 }
              |                                            ^^^^^^^^^^^^^
        `,
      },
      {
        files: text`
          flow: 1
          brokers:
            work: { protocol: rabbitmq }
          channels:
            shop: { broker: work, exchange: topic, bindings: { mail: order.# } }
            mail: { broker: work, queue: quorum }
        `,
        report: text`
          error topology/dangling-ref Exchange shop binds to mail, which is no exchange but a queue. A binding stands at what receives and names the exchange that it takes messages from: move it to queue mail.
            test.flow.yaml:5:54
            5 |   shop: { broker: work, exchange: topic, bindings: { mail: order.# } }
              |                                                      ^^^^
        `,
      },
      {
        files: text`
          flow: 1
          brokers:
            eu: { protocol: kafka }
            us: { protocol: kafka }
          channels:
            eu/orders: { broker: eu }
            us/orders: { broker: us }
          services:
            billing:
              consumes: [eu/orders, orders]
        `,
        report: text`
          warning topology/dangling-ref Service billing names the channel orders, which stands on the brokers eu and us; it is taken for eu/orders. Write eu/orders or us/orders.
            test.flow.yaml:10:27
            10 |     consumes: [eu/orders, orders]
               |                           ^^^^^^
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
              publishes:
                orders.placed: { acks: all }
        `,
      },
    ],
  },
  * check(model): Iterable<Finding<'channel' | 'broker' | 'schema' | 'space' | 'ambiguous'>> {
    yield* ambiguous(model);
    for (const ref of model.dangling) {
      if (ref.role === 'dead-letter' || ref.what === 'schema-version') continue;
      // A queue may bear the name that is looked for among the exchanges.
      const other = ref.role === 'binding' ? model.channels.find((c) => c.address === ref.name && c.declarations.length > 0) : undefined;
      if (other !== undefined) {
        yield { message: 'space', at: ref.at, data: { by: capital(ref.by), name: ref.name, kind: other.kind } };
        continue;
      }
      const guess = didYouMean(ref.name, ref.candidates);
      if (ref.ifNear && (guess === undefined || guess === ref.name)) continue;
      const exact = ref.at.end - ref.at.start === ref.name.length;
      yield {
        message: ref.what,
        at: ref.at,
        severity: ref.ifNear ? 'warning' : undefined,
        data: { by: capital(ref.by), name: ref.name, guess: guess === undefined ? '' : ` Did you mean "${guess}"?` },
        fixes: guess === undefined || !exact ? undefined
          : [{ title: `Change to ${guess}`, safe: false, edits: [{ at: ref.at, newText: guess }] }],
      };
    }
  },
});

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Names in flow files that could be a channel of either broker: `broker/address` tells them apart. */
function* ambiguous(model: FlowModel): Iterable<Finding<'ambiguous'>> {
  const byAddress = new Map<string, Channel[]>();
  for (const channel of model.channels) {
    if (channel.declarations.length === 0 || channel.broker === undefined) continue;
    const same = byAddress.get(channel.address);
    if (same === undefined) byAddress.set(channel.address, [channel]);
    else same.push(channel);
  }
  for (const edge of [...model.publishes, ...model.consumes]) {
    const same = edge.channel && byAddress.get(edge.channel.address);
    if (edge.channel?.broker === undefined || same === undefined || same.length < 2) continue;
    for (const fact of edge.facts) {
      const ref = fact.channel;
      if (fact.dialect !== 'flow' || ref === undefined || ref.broker !== undefined || ref.name.value !== edge.channel.address) continue;
      const fitting = same.filter((c) => (ref.protocol === undefined || c.protocol === ref.protocol)
        && (ref.space === undefined || c.space === undefined || c.space === ref.space));
      // One that stands in the same file goes before others, and nobody takes it for one of another file.
      const here = fitting.filter((c) => c.declarations.some((d) => d.address.at.file === ref.name.at.file));
      const brokers = [...new Set((here.length > 0 ? here : fitting).map((c) => c.broker!.name))];
      if (brokers.length < 2) continue;
      yield {
        message: 'ambiguous', severity: 'warning', at: ref.name.at,
        data: {
          by: `Service ${edge.service.name}`, name: ref.name.value, brokers: listWords(brokers),
          taken: `${edge.channel.broker.name}/${edge.channel.address}`,
          written: brokers.slice(0, 3).map((b) => `${b}/${ref.name.value}`).join(' or '),
        },
      };
    }
  }
}
