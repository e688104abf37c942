import type { RouteKind } from '../../../model/facts';
import type { Channel, FlowModel, Service } from '../../../model/model';
import { text } from '../../example';
import { defineRule } from '../../rule';
import { channelWords } from '../../words';

/** Messages can come back to where they were. */
export default defineRule({
  name: 'topology/cycle',
  severity: 'warning',
  enabled: false,
  summary: 'Messages of a channel lead back to it, over services or routes.',
  why: `
A service that reads one channel and writes another, and one that does the reverse, may feed each other: each message
makes the next, and the load grows until something breaks. Bridges and mirrors in both directions do the same unless they
mark what they have already passed on. A loop that is meant to be (a saga, requests and their replies) needs something that
ends it: a state that is reached, or a count of hops.

A program that reads what it writes itself (its state, its configuration) is no such loop.

Off by default: which message a service publishes because of which other one no file says, so that most loops between
services are none. Dead letters that come back are \`dlq/cycle\`.`,
  sources: [
    'https://www.rabbitmq.com/docs/federation-reference',
    'https://mosquitto.org/man/mosquitto-conf-5.html',
  ],
  messages: {
    loop: 'Messages of {channel} lead back to it ({path}). Break the loop, or make sure that something ends it: a state that is reached, or a count of hops.',
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
            stock.changed: { broker: events }
          services:
            warehouse:
              consumes:
                orders.placed: { group: warehouse }
              publishes:
                stock.changed: { acks: all }
            shop:
              consumes:
                stock.changed: { group: shop }
              publishes:
                orders.placed: { acks: all }
        `,
        report: text`
          warning topology/cycle Messages of topic orders.placed lead back to it (orders.placed -> warehouse -> stock.changed -> shop -> orders.placed). Break the loop, or make sure that something ends it: a state that is reached, or a count of hops.
            test.flow.yaml:5:3
            5 |   orders.placed: { broker: events }
              |   ^^^^^^^^^^^^^
            test.flow.yaml:6:3 the loop goes over topic stock.changed
        `,
      },
      {
        files: text`
          === definitions.json
          {
            "rabbit_version": "4.1.0",
            "vhosts": [{ "name": "/" }],
            "exchanges": [
              { "name": "east", "vhost": "/", "type": "fanout", "durable": true, "auto_delete": false, "arguments": {} },
              { "name": "west", "vhost": "/", "type": "fanout", "durable": true, "auto_delete": false, "arguments": {} }
            ],
            "bindings": [
              { "source": "east", "vhost": "/", "destination": "west", "destination_type": "exchange", "routing_key": "", "arguments": {} },
              { "source": "west", "vhost": "/", "destination": "east", "destination_type": "exchange", "routing_key": "", "arguments": {} }
            ]
          }
        `,
        report: text`
          warning topology/cycle Messages of exchange east lead back to it (east -> west -> east). Break the loop, or make sure that something ends it: a state that is reached, or a count of hops.
            definitions.json:5:16
            5 |     { "name": "east", "vhost": "/", "type": "fanout", "durable": true, "auto_delete": false, "arguments": {} },
              |                ^^^^
            definitions.json:6:16 the loop goes over exchange west
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
            orders.billed: { broker: events }
            orders.shipped: { broker: events }
          services:
            billing:
              consumes:
                orders.placed: { group: billing }
              publishes:
                orders.billed: { acks: all }
            shipping:
              consumes:
                orders.placed: { group: shipping }
                orders.billed: { group: shipping }
                orders.shipped: { group: shipping }
              publishes:
                orders.shipped: { acks: all }
        `,
      },
      {
        files: text`
          flow: 1
          brokers:
            work: { protocol: rabbitmq }
          channels:
            jobs: { broker: work, exchange: direct }
            mail: { broker: work, queue: quorum, bindings: [{ exchange: jobs, routingKey: mail }], deadLetter: jobs }
        `,
      },
    ],
  },
  * check(model) {
    for (const path of loops(model)) {
      const [start] = path;
      if (start === undefined) continue;
      const names = path.map((step) => (step.by === undefined ? step.channel.address : `${step.channel.address} -> ${step.by}`));
      yield {
        message: 'loop', at: start.channel.at,
        data: { channel: channelWords(start.channel), path: [...names, start.channel.address].join(' -> ') },
        related: path.slice(1, 4).map(({ channel }) => ({ at: channel.at, message: `the loop goes over ${channelWords(channel)}` })),
      };
    }
  },
});

/** A channel on the way, and the service that takes its messages on; absent where a route does. */
interface Step {
  readonly channel: Channel;
  readonly by?: string;
}

/** What is done with failures is `dlq/cycle`. */
const leftOut: ReadonlySet<RouteKind> = new Set(['dead-letter', 'retry']);

type Onward = ReadonlyMap<Channel, readonly Step[]>;

/** The shortest loop through each channel; of loops over the same channels one, told at the channel that comes first. */
function loops(model: FlowModel): Step[][] {
  const outlets = new Map(model.services.map((service) => [service, outletsOf(service)]));
  const onward = loopingParts(new Map(model.channels.map((channel) => [channel, [...onwardOf(channel, outlets)]])));
  const told = new Set<Channel>();
  const found: Step[][] = [];
  for (const channel of onward.keys()) {
    if (told.has(channel)) continue;
    const path = shortestLoop(channel, onward);
    if (path === undefined) continue;
    for (const step of path) told.add(step.channel);
    found.push(path);
  }
  return found;
}

/** Without the channels from which no way leads on for ever: mostly nothing is left to search. */
function loopingParts(all: Onward): Onward {
  const open = new Map([...all].map(([channel, steps]) => [channel, steps.length]));
  const into = new Map<Channel, Channel[]>();
  for (const [channel, steps] of all) {
    for (const step of steps) {
      const known = into.get(step.channel);
      if (known === undefined) into.set(step.channel, [channel]);
      else known.push(channel);
    }
  }
  const ended = [...open].filter(([, count]) => count === 0).map(([channel]) => channel);
  for (const channel of ended) {
    for (const from of into.get(channel) ?? []) {
      const left = (open.get(from) ?? 0) - 1;
      open.set(from, left);
      if (left === 0) ended.push(from);
    }
  }
  const gone = new Set(ended);
  return new Map([...all].filter(([channel]) => !gone.has(channel)).map(([channel, steps]) => [channel, steps.filter((s) => !gone.has(s.channel))]));
}

/** Breadth first, so that the way is the shortest; each channel is gone through once. */
function shortestLoop(start: Channel, onward: Onward): Step[] | undefined {
  const before = new Map<Channel, Step>();
  const waiting: Channel[] = [start];
  for (const channel of waiting) {
    for (const { channel: next, by } of onward.get(channel) ?? []) {
      if (next === start) return wayTo(start, { channel, by }, before);
      if (before.has(next)) continue;
      before.set(next, { channel, by });
      waiting.push(next);
    }
  }
  return undefined;
}

function wayTo(start: Channel, last: Step, before: ReadonlyMap<Channel, Step>): Step[] {
  const path = [last];
  for (let step: Step | undefined = last; step !== undefined && step.channel !== start;) {
    step = before.get(step.channel);
    if (step !== undefined) path.unshift(step);
  }
  return path;
}

/** Where the messages of a channel may go on to: over routes, and over services that read it and write another. */
function* onwardOf(channel: Channel, outlets: ReadonlyMap<Service, readonly Channel[]>): Iterable<Step> {
  for (const route of channel.routesOut) if (!leftOut.has(route.kind)) yield { channel: route.to };
  for (const { service } of channel.consumes) for (const to of outlets.get(service) ?? []) yield { channel: to, by: service.name };
}

/** What a service writes without reading it itself, straight or by a filter that takes it in: there it keeps its state. */
function outletsOf({ consumes, publishes }: Service): Channel[] {
  const read = new Set(consumes.map((consume) => consume.channel));
  const written = new Set(publishes.map((publish) => publish.channel).filter((channel) => channel !== undefined));
  return [...written].filter((channel) => !read.has(channel) && !channel.routesOut.some((route) => route.kind === 'match' && read.has(route.to)));
}
