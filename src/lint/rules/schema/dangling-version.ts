import type { FlowModel, Schema, SchemaVersion } from '../../../model/model';
import { didYouMean } from '../../../text/suggest';
import { text } from '../../example';
import { defineRule, type Finding } from '../../rule';

/** A version is named that does not exist, or whose file or message does not. */
export default defineRule({
  name: 'schema/dangling-version',
  severity: 'error',
  summary: 'A channel names a version that its schema does not have, or a version names a file or message that is not there.',
  why: `
A reference to a version that does not exist checks nothing: decoding, compatibility and the consumer's view
of the message all rest on the file behind it. Mostly it is a slip in a number, or a contract that moved.`,
  sources: ['https://docs.confluent.io/platform/current/schema-registry/fundamentals/index.html'],
  messages: {
    version: '{by} carries {name}, but schema {schema} has no version {version} (it has {versions}).{guess}',
    none: '{by} carries {name}, but schema {schema} lists no versions. Add it below versions, or leave the version out.',
    file: '{schema} names {path}, and there is no such file. Correct the path, or add the file.',
    fragment: '{schema} names {fragment} in {path}, but that file defines {defined}. Correct the name behind #.',
    format: '{schema} is said to be {format}, but {path} holds {held}. Correct the format or the file.',
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
            orders.placed: { broker: events, schema: OrderPlaced@2 }
          === contracts/v1/order.proto
          syntax = "proto3";
          package shop.v1;
          message OrderPlaced { string order_id = 1; }
        `,
        report: text`
          error schema/dangling-version channel orders.placed carries OrderPlaced@2, but schema OrderPlaced has no version 2 (it has 1). Write OrderPlaced@1, or add the version.
            shop.flow.yaml:10:44
            10 |   orders.placed: { broker: events, schema: OrderPlaced@2 }
               |                                            ^^^^^^^^^^^^^
        `,
        fixed: text`
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
          === contracts/v1/order.proto
          syntax = "proto3";
          package shop.v1;
          message OrderPlaced { string order_id = 1; }
        `,
      },
      {
        files: text`
          === shop.flow.yaml
          flow: 1
          schemas:
            OrderPlaced:
              format: protobuf
              versions:
                1: contracts/v1/order.proto#shop.v1.OrderPlacd
                2: contracts/v2/order.proto#shop.v2.OrderPlaced
          === contracts/v1/order.proto
          syntax = "proto3";
          package shop.v1;
          message OrderPlaced { string order_id = 1; }
        `,
        report: text`
          error schema/dangling-version Version 1 of schema OrderPlaced names shop.v1.OrderPlacd in order.proto, but that file defines shop.v1.OrderPlaced. Correct the name behind #.
            shop.flow.yaml:6:10
            6 |       1: contracts/v1/order.proto#shop.v1.OrderPlacd
              |          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^

          error schema/dangling-version Version 2 of schema OrderPlaced names order.proto, and there is no such file. Correct the path, or add the file.
            shop.flow.yaml:7:10
            7 |       2: contracts/v2/order.proto#shop.v2.OrderPlaced
              |          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
        `,
      },
      {
        files: text`
          === shop.flow.yaml
          flow: 1
          brokers:
            events: { protocol: kafka }
          schemas:
            OrderPlaced: { format: protobuf, source: contracts/order.proto#shop.v1.OrderPlaced }
          channels:
            orders.placed: { broker: events, schema: OrderPlaced@2 }
          === contracts/order.proto
          syntax = "proto3";
          package shop.v1;
          message OrderPlaced { string order_id = 1; }
        `,
        report: text`
          error schema/dangling-version channel orders.placed carries OrderPlaced@2, but schema OrderPlaced lists no versions. Add it below versions, or leave the version out.
            shop.flow.yaml:7:44
            7 |   orders.placed: { broker: events, schema: OrderPlaced@2 }
              |                                            ^^^^^^^^^^^^^
        `,
      },
      {
        files: text`
          === test.flow.yaml
          flow: 1
          schemas:
            Order: { format: protobuf, versions: { 1: order.avsc } }
          === order.avsc
          { "type": "record", "name": "Order", "namespace": "shop.v1", "fields": [] }
        `,
        report: text`
          error schema/dangling-version Version 1 of schema Order is said to be protobuf, but order.avsc holds avro. Correct the format or the file.
            test.flow.yaml:3:45
            3 |   Order: { format: protobuf, versions: { 1: order.avsc } }
              |                                             ^^^^^^^^^^
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
            orders.placed: { broker: events, schema: OrderPlaced@1 }
          === contracts/v1/order.proto
          syntax = "proto3";
          package shop.v1;
          message OrderPlaced { string order_id = 1; }
        `,
      },
    ],
  },
  * check(model): Iterable<Finding<'version' | 'none' | 'file' | 'fragment' | 'format'>> {
    for (const ref of model.dangling) {
      if (ref.what !== 'schema-version') continue;
      const cut = ref.name.lastIndexOf('@');
      const [schema, version] = [ref.name.slice(0, cut), ref.name.slice(cut + 1)];
      const versions = ref.candidates.map((c) => c.slice(c.lastIndexOf('@') + 1));
      // With one version, or a near miss, that one is meant; of several numbers nobody can tell.
      const guess = ref.candidates.length === 1 ? ref.candidates[0] : didYouMean(version.length > 2 ? ref.name : '', ref.candidates);
      yield {
        message: versions.length === 0 ? 'none' : 'version',
        at: ref.at,
        data: {
          by: ref.by, name: ref.name, schema, version, versions: versions.join(', '),
          guess: guess === undefined ? '' : ` Write ${guess}, or add the version.`,
        },
        fixes: guess === undefined ? undefined : [{ title: `Write ${guess}`, safe: false, edits: [{ at: ref.at, newText: guess }] }],
      };
    }
    const defined = contractsByPath(model);
    for (const schema of model.schemas) {
      for (const version of [...schema.versions, ...(schema.source ? [schema.source] : [])]) {
        const finding = checkFormat(schema, version) ?? checkTarget(version, defined);
        if (finding === undefined || version.target === undefined) continue;
        const name = version.version === '' ? `Schema ${schema.name}` : `Version ${version.version} of schema ${schema.name}`;
        yield { message: finding.message, at: version.target.at, data: { ...finding.data, schema: name } };
      }
    }
  },
});

/** Only flow files name a format in the words that contracts have. */
function checkFormat(
  { fact }: Schema, { contract, target }: SchemaVersion,
): { message: 'format'; data: Record<string, string> } | undefined {
  const format = fact.dialect === 'flow' ? fact.format?.value : undefined;
  const known = format === 'protobuf' || format === 'avro' || format === 'json-schema';
  if (!known || contract === undefined || target === undefined || contract.format === format) return undefined;
  const { path } = target.value;
  return { message: 'format', data: { format, path: path.slice(path.lastIndexOf('/') + 1), held: contract.format } };
}

function checkTarget(
  version: SchemaVersion, defined: ReadonlyMap<string, readonly string[]>,
): { message: 'file' | 'fragment'; data: Record<string, string> } | undefined {
  const target = version.target?.value;
  if (target === undefined) return undefined;
  const path = target.path.slice(target.path.lastIndexOf('/') + 1);
  if (version.fileExists === false) return { message: 'file', data: { path } };
  const names = defined.get(target.path);
  // A file that exists but was not read (outside the workspace, or of an unknown form) says nothing.
  if (version.contract !== undefined || names === undefined) return undefined;
  return { message: 'fragment', data: { fragment: target.fragment, path, defined: names.slice(0, 5).join(', ') || 'nothing' } };
}

function contractsByPath(model: FlowModel): Map<string, string[]> {
  const byPath = new Map<string, string[]>();
  for (const contract of model.contracts) {
    const path = model.files.get(contract.extent.file)?.path;
    if (path === undefined) continue;
    const names = byPath.get(path) ?? [];
    names.push(contract.name.value);
    byPath.set(path, names);
  }
  return byPath;
}
