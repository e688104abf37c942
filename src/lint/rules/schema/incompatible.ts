import { breaksAgainst, type NamedBaseline } from '../../../contracts/against';
import { documentsOf, payloadBreaks } from '../../../contracts/asyncapi/against';
import { changesBetween, forbidden } from '../../../contracts/changes';
import { neighbours } from '../../../contracts/neighbours';
import { directionsOf, type CompatFinding, type CompatMode } from '../../../contracts/compat';
import { mendsOf } from '../../../contracts/mend';
import { consumersOfSchema, defaultMode, modeOf, orderedVersions, type ContractUse } from '../../../contracts/use';
import type { ContractFact } from '../../../model/facts';
import type { Consume, FlowModel, Schema, SchemaVersion } from '../../../model/model';
import { severities, type Fix, type Severity } from '../../../text/problem';
import type { FileId, SourceRange } from '../../../text/range';
import { compareVersions } from '../../../text/version';
import type { RuleContext } from '../../context';
import { text } from '../../example';
import { defineRule, type Finding } from '../../rule';
import { channelWords, listWords } from '../../words';

/** A new version of a contract that those who use the earlier one cannot bear. */
export default defineRule<'breaks' | 'neighbours'>({
  name: 'schema/incompatible',
  severity: 'error',
  summary: 'A version of a contract breaks those who use the one before it.',
  why: `
Producers and consumers are never deployed in the same moment, and a topic or queue holds messages of the version before
for as long as it keeps them. What a new version may change is its compatibility mode: under \`backward\` readers with the
new version must read what the last one wrote, under \`forward\` readers with the last version must read what the new one
writes, \`full\` is both; the transitive forms mean all earlier versions and not only the last. Where nothing is said,
\`backward\` is assumed as schema registries do, and the finding is a warning.

Versions that a flow file lists are compared with each other. In the editor, each contract is also compared with what it
was where the branch left the default one, or in the commit that \`compat: { against }\` of the configuration names; so are
the payloads of AsyncAPI documents, message by message. A message that a document no longer has at a channel breaks those who
still await or send it, under any mode but \`none\`; one that only has another name now is information or a warning.

Versions that lie beside each other and that no flow file lists (\`v1/order.proto\` and \`v2/order.proto\`, \`order-v1.avsc\` and
\`order-v2.avsc\`) are compared too, once a pair. A new major version is how people break on purpose, so that a break there is
information; between \`1.2\` and \`1.3\` it is a warning.`,
  sources: [
    'https://docs.confluent.io/platform/current/schema-registry/fundamentals/schema-evolution.html',
    'https://avro.apache.org/docs/1.12.0/specification/#schema-resolution',
    'https://protobuf.dev/programming-guides/proto3/#updating',
  ],
  messages: {
    breaks: '{problem} {schema} must be {mode} compatible with {earlier}. {advice}',
    neighbours: '{schema} is not {mode} compatible with {earlier}, and no file says whether it must be. {problem} If that is meant, keep both versions on channels of their own until nobody reads the earlier one; if not: {advice} List both below versions of a schema in a flow file, with its compatibility, to settle it.',
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
            billing:
              consumes:
                orders.placed: { schema: OrderPlaced@1 }
          === contracts/v1/order.avsc
          { "type": "record", "name": "OrderPlaced", "namespace": "shop.v1", "fields": [
            { "name": "id", "type": "string" }
          ] }
          === contracts/v2/order.avsc
          { "type": "record", "name": "OrderPlaced", "namespace": "shop.v2", "fields": [
            { "name": "id", "type": "string" },
            { "name": "total", "type": "long" }
          ] }
        `,
        report: text`
          error schema/incompatible shop.v2.OrderPlaced.total was added without a default: data that was written before lacks it, and cannot be read. OrderPlaced must be backward compatible with version 1, which billing reads. Give total a default.
            contracts/v2/order.avsc:3:14
            3 |   { "name": "total", "type": "long" }
              |              ^^^^^
            shop.flow.yaml:16:7 billing consumes topic orders.placed as version 1
        `,
        fixed: text`
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
            billing:
              consumes:
                orders.placed: { schema: OrderPlaced@1 }
          === contracts/v1/order.avsc
          { "type": "record", "name": "OrderPlaced", "namespace": "shop.v1", "fields": [
            { "name": "id", "type": "string" }
          ] }
          === contracts/v2/order.avsc
          { "type": "record", "name": "OrderPlaced", "namespace": "shop.v2", "fields": [
            { "name": "id", "type": "string" },
            { "name": "total", "type": "long", "default": 0 }
          ] }
        `,
      },
      {
        files: text`
          === contracts/v1/order.avsc
          { "type": "record", "name": "OrderPlaced", "namespace": "shop", "fields": [
            { "name": "id", "type": "string" }
          ] }
          === contracts/v2/order.avsc
          { "type": "record", "name": "OrderPlaced", "namespace": "shop", "fields": [
            { "name": "id", "type": "string" },
            { "name": "total", "type": "long" }
          ] }
        `,
        report: text`
          info schema/incompatible shop.OrderPlaced is not backward compatible with version 1 beside it, and no file says whether it must be. shop.OrderPlaced.total was added without a default: data that was written before lacks it, and cannot be read. If that is meant, keep both versions on channels of their own until nobody reads the earlier one; if not: Give total a default. List both below versions of a schema in a flow file, with its compatibility, to settle it.
            contracts/v2/order.avsc:1:30
            1 | { "type": "record", "name": "OrderPlaced", "namespace": "shop", "fields": [
              |                              ^^^^^^^^^^^
            contracts/v1/order.avsc:1:30 Version 1
            contracts/v2/order.avsc:3:14 shop.OrderPlaced.total
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
              compatibility: full
              versions:
                1: contracts/v1/order.avsc
                2: contracts/v2/order.avsc
          === contracts/v1/order.avsc
          { "type": "record", "name": "OrderPlaced", "namespace": "shop.v1", "fields": [
            { "name": "id", "type": "string" }
          ] }
          === contracts/v2/order.avsc
          { "type": "record", "name": "OrderPlaced", "namespace": "shop.v2", "fields": [
            { "name": "id", "type": "string" },
            { "name": "total", "type": "long", "default": 0 }
          ] }
        `,
      },
    ],
  },
  * check(model, context) {
    const all = [...betweenVersions(model, context), ...(context.baseline ? againstBaseline(model, context, context.baseline) : [])];
    const byPlace = new Map<string, Break[]>();
    for (const one of all) {
      const { file, start, end } = one.finding.at;
      const key = `${file}\n${start}\n${end}`;
      byPlace.set(key, [...(byPlace.get(key) ?? []), one]);
    }
    for (const [first, ...others] of byPlace.values()) if (first !== undefined) yield findingOf(first, others);
    yield* besideEachOther(model, context);
  },
});

interface Break {
  readonly finding: CompatFinding;
  readonly data: { readonly schema: string; readonly mode: CompatMode; readonly earlier: string };
  readonly readers: readonly ContractUse<Consume>[];
  readonly severity: Severity;
  readonly fixes: readonly Fix[];
  readonly beforeAt?: { readonly at: SourceRange; readonly message: string };
}

/** One problem a place: several changes at one element, and several versions before it, are told together. */
function findingOf(first: Break, others: readonly Break[]): Finding<'breaks'> {
  const all = [first, ...others];
  const texts = (of: (finding: CompatFinding) => string): string => [...new Set(all.map(({ finding }) => of(finding)))].join(' ');
  const earlier = [...new Set(all.map(({ data }) => data.earlier))].map((words) => {
    const names = [...new Set(all.filter(({ data }) => data.earlier === words).flatMap(({ readers }) => readers.map(({ edge }) => edge.service.name)))].sort();
    return names.length === 0 ? words : `${words}, which ${listWords(names)} ${names.length === 1 ? 'reads' : 'read'}`;
  });
  const readers = new Map(all.flatMap((one) => one.readers).map((use) => [`${use.edge.at.file} ${use.edge.at.start}`, use]));
  return {
    message: 'breaks',
    at: first.finding.at,
    severity: all.map(({ severity }) => severity).reduce((a, b) => (severities.indexOf(a) < severities.indexOf(b) ? a : b)),
    data: {
      schema: first.data.schema, mode: first.data.mode, earlier: earlier.join(', and with '),
      problem: texts(({ message }) => message), advice: texts(({ advice }) => advice),
    },
    fixes: distinctFixes(all.flatMap(({ fixes }) => fixes)),
    related: [
      ...all.flatMap(({ beforeAt }) => beforeAt ?? []).slice(0, 1),
      ...[...readers.values()].map(({ edge, channel, version }) => ({
        at: edge.at, message: `${edge.service.name} consumes ${channelWords(channel)}${version === undefined ? '' : ` as version ${version}`}`,
      })),
    ],
  };
}

/** One problem a pair: what is to be done is to say what is meant. */
function* besideEachOther(model: FlowModel, { contractText }: RuleContext): Iterable<Finding<'neighbours'>> {
  for (const { before, now, mode, breaks } of neighbours(model, contractText)) {
    const [first] = breaks;
    if (first === undefined) continue;
    const others = breaks.length - 1;
    yield {
      message: 'neighbours', at: now.name.at, severity: first.severity,
      data: {
        schema: now.name.value, mode, earlier: `version ${before.version?.value ?? ''} beside it`,
        problem: `${first.finding.message}${others === 0 ? '' : ` (And ${others} more.)`}`, advice: first.finding.advice,
      },
      related: [
        { at: before.name.at, message: `Version ${before.version?.value ?? ''}` },
        ...(model.files.has(first.finding.at.file) ? [{ at: first.finding.at, message: first.finding.element }] : []),
      ],
    };
  }
}

function distinctFixes(fixes: readonly Fix[]): readonly Fix[] | undefined {
  return fixes.length === 0 ? undefined : [...new Map(fixes.map((fix) => [fix.title, fix])).values()];
}

function* betweenVersions(model: FlowModel, context: RuleContext): Iterable<Break> {
  for (const schema of model.schemas) {
    const versions = orderedVersions(schema);
    const stated = modeOf(schema);
    const mode = stated ?? defaultMode;
    if (versions.length < 2 || mode === 'none') continue;
    for (const [i, version] of versions.entries()) {
      for (const earlier of directionsOf(mode).transitive ? versions.slice(0, i) : versions.slice(Math.max(0, i - 1), i)) {
        yield* ofPair(schema, earlier, version, mode, stated !== undefined, context);
      }
    }
  }
}

function* ofPair(
  schema: Schema, earlier: SchemaVersion, version: SchemaVersion, mode: CompatMode, isStated: boolean, context: RuleContext,
): Iterable<Break> {
  const [previous, current] = [placed(earlier, context), placed(version, context)];
  if (previous === undefined || current === undefined) return;
  const readers = consumersOfSchema(schema).filter((use) => use.version !== undefined && compareVersions(use.version, version.version) < 0);
  for (const finding of forbidden(changesBetween(previous, current), mode)) {
    yield {
      finding, readers, severity: severityOf(finding, isStated),
      data: { schema: schema.name, mode, earlier: `version ${earlier.version}` },
      fixes: mendsOf(current.format, finding, current.file, previous.file),
      ...(finding.beforeAt === undefined ? {}
        : { beforeAt: { at: finding.beforeAt, message: `Version ${earlier.version}${finding.before === undefined ? '' : `: ${finding.before}`}` } }),
    };
  }
}

function placed({ contract, target }: SchemaVersion, { contractText }: RuleContext): Parameters<typeof changesBetween>[0] | undefined {
  const file = target && contractText(target.value.path);
  return contract && file && { format: contract.format, file, fragment: target.value.fragment, read: contractText };
}

function* againstBaseline(model: FlowModel, context: RuleContext, baseline: NamedBaseline): Iterable<Break> {
  const byFile = new Map<FileId, ContractFact[]>();
  for (const contract of model.contracts) byFile.set(contract.extent.file, [...(byFile.get(contract.extent.file) ?? []), contract]);
  // A file that is the same may import one that is not; where none has changed there is nothing to look at.
  const files = [...byFile].flatMap(([id, contracts]) => {
    const file = context.contractText(model.files.get(id)?.path ?? '');
    return file?.id === id ? [{ file, contracts }] : [];
  });
  const isChanged = files.some(({ file }) => {
    const earlier = baseline.earlier(file.path);
    return earlier !== undefined && earlier.text !== file.text;
  });
  for (const { file, contracts } of isChanged ? files : []) {
    for (const { finding, contract, consumers, mode, isModeStated } of breaksAgainst(model, file, contracts, context.contractText, baseline)) {
      yield {
        finding, readers: consumers, severity: severityOf(finding, isModeStated),
        data: { schema: contract, mode, earlier: `what it was in ${baseline.name}` },
        fixes: mendsOf(contracts[0]?.format ?? 'protobuf', finding, file, baseline.earlier(file.path)),
      };
    }
  }
  for (const path of documentsOf(model)) {
    const file = context.contractText(path);
    for (const one of file === undefined ? [] : payloadBreaks(model, file, context.contractText, baseline)) {
      const { finding, format, contract, consumers, mode, isModeStated } = one;
      // Parts in files that are no documents themselves are told by `tailrace compat` only.
      if (!model.files.has(finding.at.file)) continue;
      yield {
        finding, readers: consumers, severity: severityOf(finding, isModeStated),
        data: { schema: contract, mode, earlier: `what it was in ${baseline.name}` },
        fixes: finding.at.file === file?.id ? mendsOf(format, finding, file, baseline.earlier(path)) : [],
      };
    }
  }
}

/** What registries assume is no promise of anybody here. */
function severityOf(finding: CompatFinding, isStated: boolean): Severity {
  return !isStated && finding.severity === 'error' ? 'warning' : finding.severity;
}
