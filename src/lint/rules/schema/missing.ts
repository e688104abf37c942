import type { Channel } from '../../../model/model';
import { declaredIn, isBuiltIn, isExternal } from '../../channels';
import { text } from '../../example';
import { defineRule } from '../../rule';
import { channelWords } from '../../words';

/** Nothing says what the messages of a channel look like. */
export default defineRule({
  name: 'schema/missing',
  severity: 'warning',
  summary: 'A channel has no schema.',
  why: `
Without a schema the shape of a message lives in the heads of those who wrote its producer. A renamed field
passes every test of the producer and fails in somebody else's consumer, at run time. With a schema both ends
are checked against the same text, and a change can be compared with what is out there.

Only files that can name a schema are asked: flow files and AsyncAPI. While a folder has no schema at all
this is an information, since a folder that grew without them would be full of it.`,
  sources: ['https://docs.confluent.io/platform/current/schema-registry/fundamentals/index.html'],
  messages: {
    missing: '{channel} has no schema: nothing checks what its producers write against what its consumers read. Name one (schema: Name@version).',
  },
  examples: {
    invalid: [
      {
        files: text`
          === shop.flow.yaml
          flow: 1
          brokers:
            events: { protocol: kafka }
          schemas:
            OrderPlaced:
              format: protobuf
              versions:
                1: contracts/v1/order.proto#shop.v1.OrderPlaced
          channels:
            orders.placed: { broker: events, schema: OrderPlaced@1 }
            orders.shipped: { broker: events }
          === contracts/v1/order.proto
          syntax = "proto3";
          package shop.v1;
          message OrderPlaced { string order_id = 1; }
        `,
        report: text`
          warning schema/missing topic orders.shipped has no schema: nothing checks what its producers write against what its consumers read. Name one (schema: Name@version).
            shop.flow.yaml:11:3
            11 |   orders.shipped: { broker: events }
               |   ^^^^^^^^^^^^^^
        `,
      },
      {
        files: text`
          flow: 1
          brokers:
            events: { protocol: kafka }
          channels:
            clicks: { broker: events }
        `,
        report: text`
          info schema/missing topic clicks has no schema: nothing checks what its producers write against what its consumers read. Name one (schema: Name@version).
            test.flow.yaml:5:3
            5 |   clicks: { broker: events }
              |   ^^^^^^
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
          schemas:
            OrderPlaced:
              format: protobuf
              versions:
                1: contracts/v1/order.proto#shop.v1.OrderPlaced
          channels:
            orders.placed: { broker: events, schema: OrderPlaced@1, deadLetter: orders.placed.dlq }
            orders.placed.dlq: { broker: events }
          === contracts/v1/order.proto
          syntax = "proto3";
          package shop.v1;
          message OrderPlaced { string order_id = 1; }
        `,
      },
    ],
  },
  * check(model) {
    const severity = model.schemas.length + model.contracts.length > 0 ? 'warning' : 'info';
    for (const channel of model.channels) {
      if (!declaredIn(channel, 'flow', 'asyncapi') || hasSchema(channel)) continue;
      if (channel.isDeadLetter || isExternal(channel) || isBuiltIn(channel) || takesWhatComes(channel)) continue;
      yield { message: 'missing', at: channel.at, data: { channel: channelWords(channel) }, severity };
    }
  },
});

/** On the channel, on one of its publishes or consumes, or on a queue that an exchange feeds. */
function hasSchema(channel: Channel): boolean {
  return ownSchema(channel) || channel.routesOut.some((r) => r.kind === 'binding' && ownSchema(r.to));
}

function ownSchema(channel: Channel): boolean {
  return channel.schema !== undefined
    || [...channel.publishes, ...channel.consumes].some((edge) => edge.facts.some((f) => f.schema !== undefined));
}

/** Queues behind exchanges, filters and streams of several subjects hold what others are asked about. */
function takesWhatComes(channel: Channel): boolean {
  return channel.settings.stream?.subjects !== undefined || (channel.routesIn.length > 0 && channel.publishes.length === 0);
}
