import { isPattern, patternsOverlap } from '../../../model/match';
import type { Channel, FlowModel } from '../../../model/model';
import type { Protocol } from '../../../model/settings';
import type { SourceRange } from '../../../text/range';
import { isExternal } from '../../channels';
import { text } from '../../example';
import { idleBindings, misfits } from '../../misfits';
import { defineRule, type Finding } from '../../rule';
import { channelWords, listWords } from '../../words';

type Message = 'binding' | 'lost' | 'filter' | 'stream';

/** A binding key or topic filter that takes in nothing of what is published. */
export default defineRule<Message>({
  name: 'topology/filter-mismatch',
  severity: 'error',
  summary: 'A binding key, topic filter or stream subject matches nothing that anybody publishes.',
  why: `
Brokers do not complain of a filter that matches nothing: the queue stays empty, the subscriber hears nothing,
the stream stores nothing, and the messages go to others or to nobody. Mostly a level is missing or mistyped,
or one wildcard was taken for the other: in AMQP \`*\` is one word and \`#\` any number, in MQTT \`+\` is one level
and \`#\` the rest, in NATS \`*\` is one token and \`>\` one or more at the end.

Reported only where the files say what is published on that exchange or broker; an exchange that is fed by
others, or by a publisher whose routing key is not written, is left alone.`,
  sources: [
    'https://www.rabbitmq.com/docs/exchanges',
    'https://docs.oasis-open.org/mqtt/mqtt/v5.0/mqtt-v5.0.html',
    'https://docs.nats.io/nats-concepts/subjects',
  ],
  messages: {
    lost: '{queue} is bound to {exchange} with {key}, and no binding of that exchange takes what is published with {lost}: nothing ever takes this binding, and those messages are dropped without a word. Correct the key at one end.',
    binding: '{queue} is bound to {exchange} with {key}, which no publisher\'s routing key matches ({published}): nothing ever takes this binding. Correct the key.',
    filter: '{consumers} {verb} {filter}, which matches nothing that is published on this broker ({published}): nothing ever arrives. Correct the filter.',
    stream: '{stream} takes in the subject {filter}, which matches nothing that is published on this broker ({published}): the stream stores nothing of it. Correct the subject.',
  },
  examples: {
    invalid: [
      {
        files: text`
          flow: 1
          brokers:
            work: { protocol: rabbitmq }
          channels:
            shop: { broker: work, exchange: topic }
            mail: { broker: work, queue: quorum, bindings: [{ exchange: shop, routingKey: order.* }] }
          services:
            checkout:
              publishes:
                shop: { routingKey: order.placed.eu }
        `,
        report: text`
          error topology/filter-mismatch queue mail is bound to exchange shop with key order.*, and no binding of that exchange takes what is published with order.placed.eu: nothing ever takes this binding, and those messages are dropped without a word. Correct the key at one end.
            test.flow.yaml:6:81
            6 |   mail: { broker: work, queue: quorum, bindings: [{ exchange: shop, routingKey: order.* }] }
              |                                                                                 ^^^^^^^
            test.flow.yaml:10:27 checkout publishes with this key
        `,
      },
      {
        files: text`
          flow: 1
          brokers:
            fleet: { protocol: mqtt }
          channels:
            trucks/{id}/position: { broker: fleet }
            trucks/+: { broker: fleet }
          services:
            truck:
              publishes:
                trucks/{id}/position: { qos: 1 }
            screen:
              consumes:
                trucks/+: { qos: 1 }
        `,
        report: text`
          error topology/filter-mismatch screen consumes trucks/+, which matches nothing that is published on this broker (trucks/{id}/position): nothing ever arrives. Correct the filter.
            test.flow.yaml:13:7
            13 |       trucks/+: { qos: 1 }
               |       ^^^^^^^^
            test.flow.yaml:5:3 trucks/{id}/position is published
        `,
      },
      {
        files: text`
          flow: 1
          brokers:
            inside: { protocol: nats }
          channels:
            ROUTES: { broker: inside, stream: { subjects: [route.>] } }
            routes.planned: { broker: inside }
          services:
            planner:
              publishes:
                routes.planned: { waitForAck: true }
        `,
        report: text`
          error topology/filter-mismatch stream ROUTES takes in the subject route.>, which matches nothing that is published on this broker (routes.planned): the stream stores nothing of it. Correct the subject.
            test.flow.yaml:5:50
            5 |   ROUTES: { broker: inside, stream: { subjects: [route.>] } }
              |                                                  ^^^^^^^
            test.flow.yaml:6:3 routes.planned is published
        `,
      },
      {
        files: text`
          flow: 1
          brokers:
            work: { protocol: rabbitmq }
          channels:
            shop: { broker: work, exchange: direct }
            mail: { broker: work, queue: quorum, bindings: [{ exchange: shop, routingKey: orders.placed }] }
          services:
            checkout:
              publishes:
                shop: { routingKey: order.placed, mandatory: true }
        `,
        report: text`
          error topology/filter-mismatch queue mail is bound to exchange shop with key orders.placed, which no publisher's routing key matches (order.placed): nothing ever takes this binding. Correct the key.
            test.flow.yaml:6:81
            6 |   mail: { broker: work, queue: quorum, bindings: [{ exchange: shop, routingKey: orders.placed }] }
              |                                                                                 ^^^^^^^^^^^^^
            test.flow.yaml:10:27 checkout publishes with this key
        `,
      },
    ],
    valid: [
      {
        files: text`
          flow: 1
          brokers:
            work: { protocol: rabbitmq }
            fleet: { protocol: mqtt }
            inside: { protocol: nats }
          channels:
            shop: { broker: work, exchange: topic }
            mail: { broker: work, queue: quorum, bindings: [{ exchange: shop, routingKey: order.# }] }
            trucks/{id}/position: { broker: fleet }
            trucks/+/position: { broker: fleet }
            ROUTES: { broker: inside, stream: { subjects: [routes.>] } }
            routes.planned: { broker: inside }
          services:
            checkout:
              publishes:
                shop: { routingKey: order.placed.eu }
            truck:
              publishes:
                trucks/{id}/position: { qos: 1 }
            screen:
              consumes:
                trucks/+/position: { qos: 1 }
            planner:
              publishes:
                routes.planned: { waitForAck: true }
        `,
      },
    ],
  },
  * check(model) {
    for (const channel of model.channels) {
      if (channel.protocol === 'rabbitmq') yield* bindingsOf(channel);
    }
    yield* filters(model, 'mqtt');
    yield* filters(model, 'nats');
  },
});

/** The bindings of one exchange against all keys that are published to it, if all of them are known. */
function* bindingsOf(exchange: Channel): Iterable<Finding<Message>> {
  const idle = idleBindings(exchange);
  if (idle.length === 0) return;
  const lost = misfits(exchange);
  const published = listWords([...new Set(exchange.publishes.map((p) => p.settings.routingKey!.value))]);
  for (const route of idle) {
    const pattern = route.key?.value ?? '';
    const dropped = lost.get(route);
    yield {
      message: dropped === undefined ? 'binding' : 'lost',
      at: route.key?.at ?? route.fact.from.name.at,
      data: {
        queue: channelWords(route.to), exchange: channelWords(exchange), published,
        key: pattern === '' ? 'an empty key' : `key ${pattern}`,
        lost: listWords([...new Set(dropped?.map((p) => p.settings.routingKey!.value))]),
      },
      related: (dropped ?? exchange.publishes).slice(0, 3).map((p) => ({
        at: p.settings.routingKey!.at, message: `${p.service.name} publishes with this key`,
      })),
    };
  }
}

/** Filters and stream subjects against what is published on their broker. */
function* filters(model: FlowModel, protocol: Protocol): Iterable<Finding<Message>> {
  const published = model.channels.filter((c) => c.protocol === protocol && isPublished(c));
  if (published.length === 0) return;
  for (const channel of model.channels) {
    if (channel.protocol !== protocol || channel.publishes.length > 0) continue;
    // Where something comes in by another way (a bridge, a mirror), more is published than we know.
    if (channel.routesIn.some((r) => r.kind !== 'match')) continue;
    // The model has matched names with filters already; going over all pairs again would be quadratic.
    const sources = channel.routesIn.map((r) => r.from).filter(isPublished);
    for (const { value, at } of filtersOf(channel)) {
      if (sources.some((c) => patternsOverlap(protocol, value, c.address))) continue;
      const here = published.filter((p) => p.broker === undefined || channel.broker === undefined || p.broker === channel.broker);
      // A wildcard of a publisher's own (a template of its topics) is no route; it may match all the same.
      if (here.length === 0 || here.some((p) => patternsOverlap(protocol, value, p.address))) continue;
      const consumers = [...new Set(channel.consumes.map((c) => c.service.name))];
      yield {
        message: channel.settings.stream?.subjects !== undefined ? 'stream' : 'filter',
        at,
        data: {
          stream: channelWords(channel), filter: value, published: listWords([...new Set(here.map((p) => p.address))]),
          consumers: listWords(consumers), verb: consumers.length > 1 ? 'consume' : 'consumes',
        },
        related: here.slice(0, 3).map((p) => ({ at: p.at, message: `${p.address} is published` })),
      };
    }
  }
}

function isPublished(channel: Channel): boolean {
  return channel.publishes.length > 0 || isExternal(channel)
    || channel.routesIn.some((r) => r.kind === 'bridge' || r.kind === 'import' || r.kind === 'mapping');
}

function filtersOf(channel: Channel): readonly { value: string; at: SourceRange }[] {
  const subjects = channel.settings.stream?.subjects;
  if (subjects !== undefined) return subjects;
  if (channel.consumes.length === 0 || !isPattern(channel.protocol, channel.address)) return [];
  // What a user may read tells nothing of who writes it: others may have no entry in the same list.
  if (channel.consumes.every((c) => c.facts.every((f) => f.inferred !== undefined))) return [];
  return [{ value: channel.address, at: channel.consumes[0]!.at }];
}
