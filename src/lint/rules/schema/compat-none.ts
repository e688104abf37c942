import { replaceFix } from '../../dialectKeys';
import { text } from '../../example';
import { isTryOut } from '../../locality';
import { defineRule } from '../../rule';
import { channelWords, listWords } from '../../words';

/** A registry that takes whatever comes. */
export default defineRule({
  name: 'schema/compat-none',
  severity: 'warning',
  summary: 'A schema may be changed in any way: its compatibility is none.',
  why: `
A schema registry compares each new version with the earlier ones and refuses what their readers or writers could not
bear. With compatibility none it compares nothing: a field that is renamed or takes another type is registered, its
producer goes on, and consumers fail at the first record that they cannot decode. \`backward\` lets consumers be
upgraded first; \`backward-transitive\` also lets new consumers read all that a topic still holds, not only what the
last version wrote.

Schemas that are used on brokers in a development or test environment only are left alone.`,
  sources: ['https://docs.confluent.io/platform/current/schema-registry/fundamentals/schema-evolution.html'],
  messages: {
    used: 'Schema {schema} has compatibility none: a version that the consumers of {channels} cannot read is registered all the same. Use backward-transitive.',
    unused: 'Schema {schema} has compatibility none: a version that its consumers cannot read is registered all the same. Use backward-transitive.',
  },
  examples: {
    invalid: [
      {
        files: text`
          === shop.flow.yaml
          flow: 1
          brokers:
            events: { protocol: kafka, registry: "https://registry.example.com" }
          schemas:
            OrderPlaced:
              format: avro
              compatibility: none
              versions:
                1: contracts/order.avsc
          channels:
            orders.placed: { broker: events, schema: OrderPlaced@1 }
          === contracts/order.avsc
          { "type": "record", "name": "OrderPlaced", "namespace": "shop", "fields": [{ "name": "id", "type": "string" }] }
        `,
        report: text`
          warning schema/compat-none Schema OrderPlaced has compatibility none: a version that the consumers of topic orders.placed cannot read is registered all the same. Use backward-transitive.
            shop.flow.yaml:7:20
            7 |     compatibility: none
              |                    ^^^^
        `,
        fixed: text`
          === shop.flow.yaml
          flow: 1
          brokers:
            events: { protocol: kafka, registry: "https://registry.example.com" }
          schemas:
            OrderPlaced:
              format: avro
              compatibility: backward-transitive
              versions:
                1: contracts/order.avsc
          channels:
            orders.placed: { broker: events, schema: OrderPlaced@1 }
          === contracts/order.avsc
          { "type": "record", "name": "OrderPlaced", "namespace": "shop", "fields": [{ "name": "id", "type": "string" }] }
        `,
      },
      {
        files: text`
          === schemas.tf
          resource "aiven_kafka_schema" "orders" {
            project             = "shop"
            service_name        = "events"
            subject_name        = "orders.placed-value"
            schema_type         = "AVRO"
            compatibility_level = "NONE"
            schema              = file("orders.avsc")
          }
          === orders.avsc
          { "type": "record", "name": "OrderPlaced", "namespace": "shop", "fields": [{ "name": "id", "type": "string" }] }
        `,
        report: text`
          warning schema/compat-none Schema orders.placed-value has compatibility none: a version that its consumers cannot read is registered all the same. Use backward-transitive.
            schemas.tf:6:26
            6 |   compatibility_level = "NONE"
              |                          ^^^^
        `,
      },
    ],
    valid: [
      {
        files: text`
          === shop.flow.yaml
          flow: 1
          schemas:
            OrderPlaced:
              format: avro
              compatibility: backward-transitive
              versions:
                1: contracts/order.avsc
          === contracts/order.avsc
          { "type": "record", "name": "OrderPlaced", "namespace": "shop", "fields": [{ "name": "id", "type": "string" }] }
        `,
      },
      {
        files: text`
          === shop.flow.yaml
          flow: 1
          brokers:
            laptop: { protocol: kafka, environment: development }
          schemas:
            OrderPlaced:
              format: avro
              compatibility: none
              versions:
                1: contracts/order.avsc
          channels:
            orders.placed: { broker: laptop, schema: OrderPlaced@1 }
          === contracts/order.avsc
          { "type": "record", "name": "OrderPlaced", "namespace": "shop", "fields": [{ "name": "id", "type": "string" }] }
        `,
      },
    ],
  },
  * check(model, context) {
    for (const { name, fact, usedBy } of model.schemas) {
      const mode = fact.compatibility;
      if (mode === undefined || mode.value.toLowerCase() !== 'none') continue;
      if (usedBy.length > 0 && usedBy.every((channel) => isTryOut(channel.broker, context))) continue;
      yield {
        message: usedBy.length > 0 ? 'used' : 'unused',
        at: mode.at,
        data: { schema: name, channels: listWords(usedBy.map(channelWords)) },
        fixes: replaceFix(model, mode.at, 'compatibility', 'backward-transitive', false),
      };
    }
  },
});
