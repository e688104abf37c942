import { changesBetween } from '../../../contracts/changes';
import type { CompatDirection } from '../../../contracts/compat';
import { consumersOfSchema, defaultMode, modeOf, orderedVersions, producersOfSchema, type ContractUse } from '../../../contracts/use';
import type { Consume, Publish, Schema } from '../../../model/model';
import type { SourceRange } from '../../../text/range';
import { compareVersions } from '../../../text/version';
import type { RuleContext } from '../../context';
import { text } from '../../example';
import { defineRule } from '../../rule';
import { channelWords } from '../../words';

/** Whoever should have been deployed first was not. */
export default defineRule({
  name: 'schema/upgrade-order',
  severity: 'error',
  summary: 'A consumer reads with a version of a contract that cannot read what a producer writes: one of them was upgraded too early.',
  why: `
A compatibility mode decides who may go first. Under \`backward\` the new version reads old messages but nobody promises
the reverse: consumers are upgraded first, and producers only when the last consumer has followed. Under \`forward\` it is
the other way round. Only under \`full\` does the order not matter, and under \`none\` nothing holds: all stop, are
upgraded, and start again with an empty channel.

A finding needs a consumer and a producer of one channel that say different versions, and a change between these that
the reader cannot bear.`,
  sources: ['https://docs.confluent.io/platform/current/schema-registry/fundamentals/schema-evolution.html'],
  messages: {
    behind: '{consumer} reads {channel} with version {read} of {schema}, and {producer} already writes version {written}: {problem} {order} Let {producer} write version {read} until {consumer} reads version {written}.',
    ahead: '{consumer} reads {channel} with version {read} of {schema}, and {producer} still writes version {written}: {problem} {order} Let {consumer} read version {written} until {producer} writes version {read}.',
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
              format: avro
              compatibility: backward
              versions:
                1: contracts/v1/order.avsc
                2: contracts/v2/order.avsc
          channels:
            orders.placed: { broker: events, schema: OrderPlaced@2 }
          services:
            checkout:
              publishes: { orders.placed: {} }
            billing:
              consumes:
                orders.placed: { schema: OrderPlaced@1 }
          === contracts/v1/order.avsc
          { "type": "record", "name": "OrderPlaced", "namespace": "shop.v1", "fields": [
            { "name": "id", "type": "string" },
            { "name": "coupon", "type": "string" }
          ] }
          === contracts/v2/order.avsc
          { "type": "record", "name": "OrderPlaced", "namespace": "shop.v2", "fields": [
            { "name": "id", "type": "string" }
          ] }
        `,
        report: text`
          error schema/upgrade-order billing reads topic orders.placed with version 1 of OrderPlaced, and checkout already writes version 2: shop.v2.OrderPlaced.coupon was removed, and readers of the earlier version have no default for it. Under backward compatibility consumers are upgraded first. Let checkout write version 1 until billing reads version 2.
            shop.flow.yaml:18:32
            18 |       orders.placed: { schema: OrderPlaced@1 }
               |                                ^^^^^^^^^^^^^
            shop.flow.yaml:15:18 checkout writes version 2
        `,
      },
      {
        files: text`
          === shop.flow.yaml
          flow: 1
          brokers:
            events: { protocol: kafka }
          schemas:
            OrderPlaced:
              format: avro
              compatibility: forward
              versions:
                1: contracts/v1/order.avsc
                2: contracts/v2/order.avsc
          channels:
            orders.placed: { broker: events, schema: OrderPlaced@1 }
          services:
            checkout:
              publishes: { orders.placed: {} }
            billing:
              consumes:
                orders.placed: { schema: OrderPlaced@2 }
          === contracts/v1/order.avsc
          { "type": "record", "name": "OrderPlaced", "namespace": "shop.v1", "fields": [
            { "name": "id", "type": "string" }
          ] }
          === contracts/v2/order.avsc
          { "type": "record", "name": "OrderPlaced", "namespace": "shop.v2", "fields": [
            { "name": "id", "type": "string" },
            { "name": "coupon", "type": "string" }
          ] }
        `,
        report: text`
          error schema/upgrade-order billing reads topic orders.placed with version 2 of OrderPlaced, and checkout still writes version 1: shop.v2.OrderPlaced.coupon was added without a default: data that was written before lacks it, and cannot be read. Under forward compatibility producers are upgraded first. Let billing read version 1 until checkout writes version 2.
            shop.flow.yaml:18:32
            18 |       orders.placed: { schema: OrderPlaced@2 }
               |                                ^^^^^^^^^^^^^
            shop.flow.yaml:15:18 checkout writes version 1
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
              format: avro
              compatibility: backward
              versions:
                1: contracts/v1/order.avsc
                2: contracts/v2/order.avsc
          channels:
            orders.placed: { broker: events, schema: OrderPlaced@1 }
          services:
            checkout:
              publishes: { orders.placed: {} }
            billing:
              consumes:
                orders.placed: { schema: OrderPlaced@2 }
          === contracts/v1/order.avsc
          { "type": "record", "name": "OrderPlaced", "namespace": "shop.v1", "fields": [
            { "name": "id", "type": "string" },
            { "name": "coupon", "type": "string" }
          ] }
          === contracts/v2/order.avsc
          { "type": "record", "name": "OrderPlaced", "namespace": "shop.v2", "fields": [
            { "name": "id", "type": "string" }
          ] }
        `,
      },
    ],
  },
  * check(model, context) {
    for (const schema of model.schemas) {
      if (orderedVersions(schema).length < 2) continue;
      const producers = producersOfSchema(schema);
      const seen = new Set<string>();
      for (const consumer of consumersOfSchema(schema)) {
        for (const producer of producers) {
          const problem = problemBetween(schema, producer, consumer, context);
          if (problem === undefined) continue;
          const at = placeOf(consumer);
          const key = `${at.file} ${at.start}`;
          // One producer that is out of step is enough to tell a consumer.
          if (seen.has(key)) continue;
          seen.add(key);
          yield {
            message: problem.direction === 'forward' ? 'behind' : 'ahead',
            at,
            data: {
              consumer: consumer.edge.service.name, producer: producer.edge.service.name, channel: channelWords(consumer.channel),
              schema: schema.name, read: consumer.version ?? '', written: producer.version ?? '', problem: problem.text,
              order: orders[(modeOf(schema) ?? defaultMode).split('-')[0] ?? ''] ?? '',
            },
            related: [{ at: placeOf(producer), message: `${producer.edge.service.name} writes version ${producer.version}` }],
          };
        }
      }
    }
  },
});

const orders: Readonly<Record<string, string>> = {
  backward: 'Under backward compatibility consumers are upgraded first.',
  forward: 'Under forward compatibility producers are upgraded first.',
  full: 'Under full compatibility this should not be: see schema/incompatible.',
  none: 'With compatibility none both are stopped, upgraded and started again.',
};

/** Why the consumer's version cannot read the producer's; undefined where it can, or nobody knows. */
function problemBetween(
  schema: Schema, producer: ContractUse<Publish>, consumer: ContractUse<Consume>, { contractText }: RuleContext,
): { direction: CompatDirection; text: string } | undefined {
  if (producer.channel !== consumer.channel || producer.version === undefined || consumer.version === undefined) return undefined;
  if (producer.version === consumer.version) return undefined;
  const direction = compareVersions(consumer.version, producer.version) < 0 ? 'forward' : 'backward';
  const [earlier, later] = direction === 'forward' ? [consumer.version, producer.version] : [producer.version, consumer.version];
  const [previous, current] = [earlier, later].map((name) => {
    const version = schema.versions.find((one) => one.version === name);
    const file = version?.target && contractText(version.target.value.path);
    return version?.contract && file
      && { format: version.contract.format, file, fragment: version.target?.value.fragment ?? '', read: contractText };
  });
  if (previous === undefined || current === undefined) return undefined;
  const found = changesBetween(previous, current).find((one) => one.direction === direction && one.level === 'wire' && one.severity === 'error');
  return found && { direction, text: found.message };
}

/** Where it says its version, else where it names the channel. */
function placeOf({ edge }: ContractUse<Publish | Consume>): SourceRange {
  return edge.facts.find((fact) => fact.schema !== undefined)?.schema?.at ?? edge.at;
}
