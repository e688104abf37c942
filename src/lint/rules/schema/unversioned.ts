import { text } from '../../example';
import type { Fix } from '../../../text/problem';
import type { SourceRange } from '../../../text/range';
import { dirName } from '../../../text/sourceFile';
import { isTestPath } from '../../../text/testPath';
import { defineRule, type Finding } from '../../rule';
import { channelWords, listWords } from '../../words';
import type { ContractFact } from '../../../model/facts';
import type { FlowModel, Schema } from '../../../model/model';

type Message = 'source' | 'reference' | 'inline' | 'contract';

const advice: Record<ContractFact['format'], string> = {
  protobuf: 'Put it in the package (package shop.v1)',
  avro: 'Put it in the namespace (shop.v1)',
  'json-schema': 'Put it in the $id (https://example.com/order/v1)',
};

/** A contract without a version cannot be compared with the one before it. */
export default defineRule<Message>({
  name: 'schema/unversioned',
  severity: 'warning',
  summary: 'A schema, a reference to one, or a contract file carries no version.',
  why: `
Producers and consumers are never deployed in the same moment, so for a while two shapes of a message are on
the wire. Which change is harmless can be told only by comparing two versions, and a consumer can say which
one it was written for only if they have names. A file that is edited in place has one version: the last one.

A flow file names versions below \`versions:\`, a channel says which it carries (\`OrderPlaced@2\`). A .proto
package, an Avro namespace or a JSON Schema's \`$id\` can carry the version themselves. Contract files and
AsyncAPI messages that no flow file has a say in are reported as information, once a folder; those of tests
are left alone.`,
  sources: [
    'https://protobuf.dev/best-practices/dos-donts/',
    'https://buf.build/docs/best-practices/style-guide/',
    'https://docs.confluent.io/platform/current/schema-registry/fundamentals/schema-evolution.html',
  ],
  messages: {
    source: 'Schema {name} names its file with source and has no versions, so that a change cannot be compared with what is out there. List it below versions.',
    reference: '{channel} carries {name} without saying which version (it has {versions}). Write {name}@{latest}.',
    inline: '{messages} no version, so that a change cannot be compared with what is out there. Give the payload a versioned $id or the message an x-version, or list the contract below versions of a schema in a flow file.',
    contract: '{names} {carry} no version, so that a change cannot be compared with what is out there. {place}, or list the file below versions of a schema in a flow file.',
  },
  examples: {
    invalid: [
      {
        files: text`
          === shop.flow.yaml
          flow: 1
          schemas:
            OrderPlaced: { format: protobuf, source: contracts/order.proto#shop.OrderPlaced }
          === contracts/order.proto
          syntax = "proto3";
          package shop;
          message OrderPlaced { string order_id = 1; }
        `,
        report: text`
          warning schema/unversioned Schema OrderPlaced names its file with source and has no versions, so that a change cannot be compared with what is out there. List it below versions.
            shop.flow.yaml:3:44
            3 |   OrderPlaced: { format: protobuf, source: contracts/order.proto#shop.OrderPlaced }
              |                                            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
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
              format: protobuf
              versions:
                1: contracts/v1/order.proto#shop.v1.OrderPlaced
          channels:
            orders.placed: { broker: events, schema: OrderPlaced }
          === contracts/v1/order.proto
          syntax = "proto3";
          package shop.v1;
          message OrderPlaced { string order_id = 1; }
        `,
        report: text`
          warning schema/unversioned topic orders.placed carries OrderPlaced without saying which version (it has 1). Write OrderPlaced@1.
            shop.flow.yaml:10:44
            10 |   orders.placed: { broker: events, schema: OrderPlaced }
               |                                            ^^^^^^^^^^^
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
          === contracts/order.proto
          syntax = "proto3";
          package shop;
          message OrderPlaced { string order_id = 1; }
        `,
        report: text`
          info schema/unversioned shop.OrderPlaced carries no version, so that a change cannot be compared with what is out there. Put it in the package (package shop.v1), or list the file below versions of a schema in a flow file.
            contracts/order.proto:2:9
            2 | package shop;
              |         ^^^^
        `,
        fixed: text`
          === contracts/order.proto
          syntax = "proto3";
          package shop.v1;
          message OrderPlaced { string order_id = 1; }
        `,
      },
      {
        files: text`
          === contracts/order.avsc
          { "type": "record", "name": "OrderPlaced", "namespace": "shop",
            "fields": [{ "name": "order_id", "type": "string" }] }
        `,
        report: text`
          info schema/unversioned shop.OrderPlaced carries no version, so that a change cannot be compared with what is out there. Put it in the namespace (shop.v1), or list the file below versions of a schema in a flow file.
            contracts/order.avsc:1:58
            1 | { "type": "record", "name": "OrderPlaced", "namespace": "shop",
              |                                                          ^^^^
        `,
        fixed: text`
          === contracts/order.avsc
          { "type": "record", "name": "OrderPlaced", "namespace": "shop.v1",
            "fields": [{ "name": "order_id", "type": "string" }] }
        `,
      },
      {
        files: text`
          === contracts/order.avsc
          { "type": "record", "name": "OrderPlaced", "namespace": "shop",
            "fields": [{ "name": "order_id", "type": "string" }] }
          === contracts/returns/return.avsc
          { "type": "record", "name": "OrderReturned", "namespace": "shop.returns",
            "fields": [{ "name": "order_id", "type": "string" }] }
          === src/test/resources/broken.avsc
          { "type": "record", "name": "Broken", "fields": [] }
        `,
        report: text`
          info schema/unversioned shop.OrderPlaced and shop.returns.OrderReturned carry no version, so that a change cannot be compared with what is out there. Put it in the namespace (shop.v1), or list the file below versions of a schema in a flow file.
            contracts/order.avsc:1:58
            1 | { "type": "record", "name": "OrderPlaced", "namespace": "shop",
              |                                                          ^^^^
        `,
      },
      {
        files: text`
          === asyncapi.yaml
          asyncapi: 3.0.0
          info: { title: checkout, version: 1.0.0 }
          channels:
            ordersPlaced:
              address: orders.placed
              messages:
                OrderPlaced:
                  payload: { type: object, properties: { order_id: { type: string } } }
          operations:
            placeOrder:
              action: send
              channel: { $ref: "#/channels/ordersPlaced" }
        `,
        report: text`
          info schema/unversioned Message OrderPlaced has no version, so that a change cannot be compared with what is out there. Give the payload a versioned $id or the message an x-version, or list the contract below versions of a schema in a flow file.
            asyncapi.yaml:7:7
            7 |       OrderPlaced:
              |       ^^^^^^^^^^^
        `,
      },
    ],
    valid: [
      {
        files: text`
          === contracts/v1/order.schema.json
          { "$id": "https://example.com/order/v1", "$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object" }
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
              format: protobuf
              versions:
                1: contracts/v1/order.proto#shop.v1.OrderPlaced
            OrderShipped:
              format: protobuf
              versions:
                1: contracts/shipped.proto#shop.OrderShipped
          channels:
            orders.placed: { broker: events, schema: OrderPlaced@1 }
          === contracts/v1/order.proto
          syntax = "proto3";
          package shop.v1;
          message OrderPlaced { string order_id = 1; }
          === contracts/shipped.proto
          syntax = "proto3";
          package shop;
          message OrderShipped { string order_id = 1; }
        `,
      },
    ],
  },
  * check(model) {
    const settled = new Set<ContractFact>();
    for (const schema of model.schemas) {
      for (const version of schema.versions) if (version.contract) settled.add(version.contract);
      if (schema.source?.contract) settled.add(schema.source.contract);
      if (!hasVersion(schema) && schema.fact.source !== undefined && schema.fact.dialect === 'flow') {
        yield { message: 'source', at: schema.fact.source.at, data: { name: schema.name } };
      }
    }
    yield* ofDocuments(model);
    for (const channel of model.channels) {
      const use = channel.schema;
      const versions = use?.schema?.versions ?? [];
      const latest = versions.at(-1)?.version;
      if (use === undefined || use.version !== undefined || latest === undefined || use.schema?.fact.dialect !== 'flow') continue;
      yield {
        message: 'reference',
        at: use.written.at,
        data: { channel: channelWords(channel), name: use.name, versions: versions.map((v) => v.version).join(', '), latest },
        fixes: [{
          title: `Write ${use.name}@${latest}`,
          // With a single version there is nothing else that could be meant.
          safe: versions.length === 1,
          edits: [{ at: use.written.at, newText: `${use.name}@${latest}` }],
        }],
      };
    }
    yield* ofContracts(model, settled);
  },
});

function hasVersion(schema: Schema): boolean {
  return schema.versions.length > 0 || schema.source?.contract?.version !== undefined;
}

/** One report a document: AsyncAPI files hold many messages, and what is to be done is the same for all. */
function* ofDocuments(model: FlowModel): Iterable<Finding<Message>> {
  const byFile = new Map<string, { name: string; at: SourceRange }[]>();
  for (const schema of model.schemas) {
    if (hasVersion(schema) || schema.fact.inline !== true) continue;
    const at = placeOf(model, schema);
    byFile.set(at.file, [...(byFile.get(at.file) ?? []), { name: schema.name, at }]);
  }
  for (const schemas of byFile.values()) {
    schemas.sort((a, b) => a.at.start - b.at.start);
    const names = [...new Set(schemas.map((s) => s.name))];
    const messages = names.length === 1 ? `Message ${names[0]} has` : `Messages ${listWords(names)} have`;
    yield { message: 'inline', at: schemas[0]!.at, data: { messages }, severity: 'info' };
  }
}

/** Its name; or its use, where the name stands in a file of parts that is no document of its own. */
function placeOf(model: FlowModel, schema: Schema): SourceRange {
  const { at } = schema.fact.name;
  if (model.files.has(at.file)) return at;
  for (const channel of schema.usedBy) {
    const places = [
      channel.schema?.written.at,
      ...[...channel.publishes, ...channel.consumes].flatMap((edge) => edge.facts.map((f) => f.schema?.at)),
    ];
    const found = places.find((place) => place !== undefined && model.files.has(place.file));
    if (found !== undefined) return found;
  }
  return at;
}

/**
 * One report a format and folder, with the folders below it: what is to be done is the same for all, and a tree
 * of a hundred records is no hundred faults.
 */
function* ofContracts(model: FlowModel, settled: ReadonlySet<ContractFact>): Iterable<Finding<Message>> {
  const open = model.contracts.filter((one) => one.version === undefined && one.nested !== true
    && !settled.has(one) && !isTestPath(one.versionPlace.file));
  const folders = new Set(open.map(folderKey));
  // By folder, then by place: all messages of a .proto file share its package, the first stands for them.
  const groups = new Map<string, Map<string, ContractFact>>();
  for (const contract of open) {
    const key = topmost(folderKey(contract), folders);
    const group = groups.get(key) ?? new Map<string, ContractFact>();
    const place = `${contract.versionPlace.file}\n${contract.versionPlace.start}`;
    if (!group.has(place)) group.set(place, contract);
    groups.set(key, group);
  }
  for (const group of groups.values()) {
    const contracts = [...group.values()];
    const { versionPlace, format } = contracts[0]!;
    const names = [...new Set(contracts.map((one) => one.name.value))];
    yield {
      message: 'contract',
      at: versionPlace,
      data: { names: listWords(names), carry: names.length === 1 ? 'carries' : 'carry', place: advice[format] },
      severity: 'info',
      // Several files may name each other's types, and renaming all of them is no quick fix.
      ...(contracts.length > 1 ? {} : { fixes: versionFixes(model, contracts[0]!) }),
    };
  }
}

/**
 * The version where the format has a place for it. Never safe: generated code, registered subjects and those who refer to
 * the contract by its name know it by the old one.
 */
function versionFixes(model: FlowModel, { format, name, versionPlace, extent }: ContractFact): readonly Fix[] {
  const fix = (title: string, offset: number, newText: string): Fix[] =>
    [{ title, safe: false, edits: [{ at: { ...versionPlace, start: versionPlace.start + offset, end: versionPlace.start + offset }, newText }] }];
  const length = versionPlace.end - versionPlace.start;
  const isOwnName = versionPlace.start === name.at.start;
  const path = model.files.get(extent.file)?.path ?? '';
  const space = name.value.slice(0, name.value.lastIndexOf('.'));
  if (format === 'json-schema') {
    // Only an identifier that is written as it is; a title is no place for a version.
    if (length !== name.value.length || !/^[a-z][\w+.-]*:[^#?]*[^/#?]$/i.test(name.value)) return [];
    const last = name.value.slice(name.value.lastIndexOf('/') + 1);
    // Of a file's name the version becomes a part, so that references relative to its folder mean the same.
    const dot = last.indexOf('.');
    const at = dot > 0 && name.value.includes('/') && /\.(json|ya?ml)$/i.test(last) ? length - last.length + dot : length;
    return fix('Put v1 into the $id', at, at < length ? '-v1' : name.value.includes('/') ? '/v1' : ':v1');
  }
  if (format === 'avro' && !/\.(avsc|avpr)$/i.test(path)) return [];
  // Without a namespace, Avro lets any attribute stand beside the name.
  if (isOwnName) return format === 'avro' && length > 0 && length === name.value.length ? fix('Add "version": "1"', length, '", "version": "1') : [];
  if (length !== space.length) return [];
  return fix(`Call the ${format === 'avro' ? 'namespace' : 'package'} ${space}.v1`, length, '.v1');
}

function folderKey(contract: ContractFact): string {
  return `${contract.format} ${dirName(contract.versionPlace.file)}`;
}

/** The highest of the given folders that holds this one. */
function topmost(folder: string, folders: ReadonlySet<string>): string {
  let top = folder;
  for (let at = dirName(folder); at !== ''; at = dirName(at)) if (folders.has(at)) top = at;
  return top;
}
