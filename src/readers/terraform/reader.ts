import type { Problem } from '../../text/problem';
import { rangeIn, type SourceFile } from '../../text/sourceFile';
import type { FileLink, Reader, ReadResult } from '../../model/reader';
import { parseHcl } from '../../syntax/hcl';
import { parseTerraformJson } from '../../syntax/hclJson';
import type { HclBody } from '../../syntax/hclNodes';
import { wordsOf } from '../shared/namedTopics';
import { aclKinds, aivenRight, googleRights, rightOf } from './acls';
import { Args } from './args';
import { readBrokers } from './brokers';
import { dialect, madeOf, skip, type Context, type Made } from './context';
import { connectorKinds, readConnector, type RunsAs } from './connectors';
import { readCredentials } from './credentials';
import { embeddedIn } from './embedded';
import { Evaluator, noScope } from './evaluate';
import { instances } from './instances';
import { readConsumer, readNatsProvider, readStream } from './jetstream';
import { readMirrorTopic, readReplication } from './mirrors';
import { isTopicKey, readInputs } from './modules';
import { readRabbit } from './rabbitmq';
import { rabbitKinds, type RabbitEntry } from './rabbitmqTree';
import { isTerraform, isValues, kafkaWord } from './recognize';
import { readRights, type Right } from './rights';
import { bindingRight } from './roleBindings';
import { readSchema, schemaKinds } from './schemas';
import { attribute, terraformFile, type Declared } from './terraformFile';
import { readTopic, topicKinds } from './topics';

/** Terraform: brokers, topics, queues and rights of the common providers, and modules that list topics. */
export const terraform: Reader = { dialect, recognizes: isTerraform, read: readTerraform };

function readTerraform(file: SourceFile): ReadResult {
  const tree = /\.json$/i.test(file.path) ? parseTerraformJson(file.text) : parseHcl(file.text);
  const problems: Problem[] = tree.problems.map((p) => ({
    code: p.code, severity: p.code === 'syntax/duplicate-key' ? 'warning' : 'error', message: p.message,
    at: rangeIn(file, p.start, p.end),
  }));
  const tf = terraformFile(file, tree.body);
  const c: Context = {
    file, tf, evaluator: new Evaluator(tf), facts: [], problems, skipped: new Map(), brokers: new Map(),
    literals: new Map(),
  };
  readBrokers(c);
  readNatsProvider(c);
  const collected: Collected = { rights: [], rabbit: [], links: [], runsAs: [] };
  for (const declared of tf.declared) {
    if (declared.mode === 'module') readModule(c, declared);
    if (declared.mode !== 'resource') continue;
    for (const made of madeBy(c, declared)) readResource(c, made, collected);
  }
  if (isValues(file.path)) readValues(c);
  readRights(c, collected.rights, collected.runsAs);
  readRabbit(c, collected.rabbit);
  readCredentials(c);
  const facts = [...c.facts].sort((a, b) => a.extent.start - b.extent.start);
  const skipped = [...c.skipped.values()].sort((a, b) => a.start - b.start);
  const { links } = collected;
  const embedded = embeddedIn(c);
  return {
    facts, problems,
    ...(embedded.length === 0 ? {} : { embedded }),
    ...(links.length === 0 ? {} : { links }),
    ...(skipped.length === 0 ? {} : { skipped }),
  };
}

/** What is joined only when all resources are known. */
interface Collected {
  readonly rights: Right[];
  readonly rabbit: RabbitEntry[];
  readonly links: FileLink[];
  readonly runsAs: RunsAs[];
}

/** What a block makes; nothing, and a note, where the file does not say over what it goes. */
function madeBy(c: Context, declared: Declared): readonly Made[] {
  const { body } = declared.block;
  const all = instances(c.evaluator, body);
  if (all !== undefined) return all.map((one) => madeOf(c, declared, one.scope));
  const over = attribute(body, 'for_each')?.value;
  if (over !== undefined && isOurs(declared.type)) skip(c, over);
  return [];
}

function isOurs(type: string): boolean {
  return [topicKinds, aclKinds, rabbitKinds, connectorKinds].some((table) => Object.hasOwn(table, type))
    || /^(jetstream_(stream|consumer)|(aiven|google_managed)_kafka_acl|confluent_role_binding)$/.test(type);
}

function readResource(c: Context, made: Made, to: Collected): void {
  const { type } = made.declared;
  const topic = own(topicKinds, type);
  if (topic !== undefined) return readTopic(c, made, topic);
  const acl = own(aclKinds, type);
  const right = acl !== undefined ? rightOf(c, made, acl)
    : type === 'aiven_kafka_acl' ? aivenRight(c, made)
      : type === 'confluent_role_binding' ? bindingRight(c, made) : undefined;
  if (right !== undefined) to.rights.push(right);
  if (type === 'google_managed_kafka_acl') to.rights.push(...googleRights(c, made));
  to.rabbit.push(...(own(rabbitKinds, type)?.(c, made) ?? []));
  const connector = own(connectorKinds, type);
  const runsAs = connector && readConnector(c, made, connector);
  if (runsAs !== undefined) to.runsAs.push(runsAs);
  switch (type) {
    case 'jetstream_stream': return readStream(c, made);
    case 'jetstream_consumer': return readConsumer(c, made);
    case 'aiven_mirrormaker_replication_flow': return readReplication(c, made);
    case 'confluent_kafka_mirror_topic': return readMirrorTopic(c, made);
  }
  const schema = own(schemaKinds, type);
  if (schema !== undefined) readSchema(c, made, schema, to.links);
}

function own<T>(table: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}

/** A module whose arguments list topics, where something about it says that they are Kafka's. */
function readModule(c: Context, declared: Declared): void {
  const { block } = declared;
  const written = c.file.text.slice(block.start, Math.min(block.end, block.start + 20_000));
  if (!kafkaWord.test(written)) return;
  const label = block.labels[0];
  const over = attribute(block.body, 'for_each')?.value;
  const names = block.body.attributes.map((a) => a.name.text);
  if (over !== undefined && instances(c.evaluator, block.body) === undefined) {
    if (names.some((name) => isTopicKey(wordsOf(name)))) skip(c, over);
    return;
  }
  for (const made of madeBy(c, declared)) {
    readInputs(c, {
      args: made.args, extent: made.extent, what: `Module "${declared.label}"`,
      ...(label && { label: { value: declared.label, at: rangeIn(c.file, label.start + 1, label.end - 1) } }),
    });
  }
}

/** A `.tfvars` file, or the `inputs` of Terragrunt. */
function readValues(c: Context): void {
  const { top, file } = c.tf;
  const whole = rangeIn(file, top.start, top.end);
  const read = (body: HclBody, what: string): void => {
    const args = new Args(c, { body, scope: noScope, start: body.start, end: body.end });
    readInputs(c, { args, extent: whole, what });
  };
  read(top, 'The file');
  const args = new Args(c, { body: top, scope: noScope, start: top.start, end: top.end });
  for (const inputs of args.objects('inputs')) read(inputs.nested.body, 'The input of the module');
}
