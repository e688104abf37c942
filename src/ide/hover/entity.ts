import {
  effectiveChannel,
  effectiveConsume,
  effectivePublish,
  effectiveStream,
} from '../../delivery/effective';
import { schemasOf } from '../../contracts/use';
import { effectiveBroker } from '../../delivery/effectiveBroker';
import type { Broker, Channel, Consume, Occurrence, Publish, Schema, Service } from '../../model/model';
import { valueWords } from '../../model/settingWords';
import type { Setting } from '../../model/settings';
import type { SourceRange } from '../../text/range';
import { versionTable } from '../contracts/versions';
import { consumersOf, producersOf, usersOf } from '../users';
import type { Ide } from '../context';
import { describeGuarantees } from './guarantee';
import { code, placeWords, plain, settingList } from './words';

/** More of them make a hover that nobody reads to its end. */
const maxUsers = 12;

type Settings = Readonly<Record<string, Setting<unknown> | undefined>>;

/** What the workspace knows of a thing that has a name, as Markdown. */
export function describeEntity(ide: Ide, { entity, id, at }: Occurrence): string | undefined {
  const { model } = ide;
  switch (entity) {
    case 'broker': {
      const broker = model.broker(id);
      return broker && describeBroker(ide, broker);
    }
    case 'channel': {
      const channel = model.channel(id);
      const own = [...model.publishes, ...model.consumes].find(
        (edge) =>
          edge.channel?.id === id &&
          edge.facts.some(
            (fact) => fact.channel?.name.at.file === at.file && fact.channel.name.at.start === at.start,
          ),
      );
      return (
        channel &&
        [own && describeGuarantees(ide, own), own && describeEdge(ide, own), describeChannel(ide, channel, at)]
          .filter(Boolean)
          .join('\n\n---\n\n')
      );
    }
    case 'service': {
      const service = model.service(id);
      return service && [describeService(service), ...joinLines(ide, service.joins)].join('\n\n');
    }
    case 'schema': {
      const schema = model.schema(id);
      return schema && describeSchema(ide, schema);
    }
    case 'contract': {
      const name = id.split('\n')[0] ?? id;
      const contract = model.contracts.find((c) => c.name.value === name && id.endsWith(c.name.at.file));
      if (contract === undefined) return undefined;
      const version = contract.version ? `, version ${plain(contract.version.value)}` : ', no version found';
      const tables = schemasOf(model, contract).map(({ schema }) => versionTable(ide, schema)).filter((table) => table !== undefined);
      return [`**${plain(name)}** · ${contract.format} contract${version}`, placeWords(ide, contract.name.at), ...tables.slice(0, 1)].join('\n\n');
    }
  }
}

function describeBroker(ide: Ide, broker: Broker): string {
  const parts = [
    broker.protocol,
    broker.version?.value,
    broker.managed?.value,
    broker.environment?.value,
  ].filter(Boolean);
  const lines = [
    `**${plain(broker.id)}** · broker${parts.length > 0 ? ` · ${plain(parts.join(' · '))}` : ''}`,
    described(broker.facts),
    broker.url && code(broker.url.value),
    `${broker.channels.length} channel${broker.channels.length === 1 ? '' : 's'}`,
    settingList(ide, effectiveBroker(broker)),
    ...joinLines(ide, broker.joins),
    permissionList(ide, broker),
  ];
  return lines.filter(Boolean).join('\n\n');
}

function described(facts: readonly { readonly description?: string }[]): string | undefined {
  const text = facts.find((fact) => fact.description)?.description;
  return text === undefined ? undefined : plain(text);
}

/** What was taken to be the same thing though no file says so. */
function joinLines(ide: Ide, joins: Broker['joins']): string[] {
  return (joins ?? []).slice(0, maxUsers).map(({ at, why }) => `Concluded, ${placeWords(ide, at)}: ${plain(why)}`);
}

/** Who may do what in a RabbitMQ vhost, as its definitions say. */
function permissionList(ide: Ide, broker: Broker): string | undefined {
  const own = ide.model.permissions.filter((p) =>
    broker.facts.some((f) => f.name.at.file === p.extent.file && f.name.value === p.vhost.value),
  );
  if (own.length === 0) return undefined;
  const lines = own.slice(0, maxUsers).map((p) => {
    const rights = (['configure', 'write', 'read'] as const).flatMap((right) => {
      const pattern = p[right]?.value;
      return pattern === undefined ? [] : [`${right} ${pattern === '' ? 'nothing' : code(pattern)}`];
    });
    const topics = p.exchange === undefined ? '' : ` (routing keys at ${plain(p.exchange.value || 'every topic exchange')})`;
    return `- ${plain(p.user.value)}${topics}: ${rights.join(', ')}`;
  });
  if (own.length > maxUsers) lines.push(`- and ${own.length - maxUsers} more`);
  return `Permissions:\n\n${lines.join('\n')}`;
}

/** Why a name in a file that speaks of no broker is taken for the channel on this one. */
function takenFor(ide: Ide, { address, broker, brokerGuess }: Channel, at: SourceRange): string | undefined {
  const file = ide.file(at.file);
  if (broker === undefined || file === undefined || file.dialect === 'flow') return undefined;
  if (brokerGuess !== undefined) return `Concluded: ${plain(brokerGuess)}`;
  if (broker.facts.some((fact) => fact.name.at.file === at.file)) return undefined;
  const isSaid = file.result.facts.some((fact) => {
    const refs = fact.kind === 'route' ? [fact.from, fact.to]
      : fact.kind === 'publish' || fact.kind === 'consume' ? [fact.channel]
        : fact.kind === 'channel' ? [{ name: fact.address, broker: fact.broker?.value }] : [];
    return refs.some((ref) => ref?.broker !== undefined && ref.name.at.start === at.start);
  });
  return isSaid ? undefined
    : `Concluded: This file names no broker; ${plain(address)} is taken for the one on ${plain(broker.id)}.`;
}

function describeChannel(ide: Ide, channel: Channel, at: SourceRange): string {
  const head = [`**${plain(channel.address === '' ? '(default)' : channel.address)}** · ${channel.kind}`];
  if (channel.broker) head.push(`on ${plain(channel.broker.id)}`);
  if (channel.declarations.length === 0) head.push('declared nowhere');
  if (channel.isDeadLetter) head.push('dead letters');
  const lines: (string | undefined)[] = [head.join(' · ')];
  lines.push(takenFor(ide, channel, at));
  lines.push(described(channel.declarations));
  if (channel.schema) {
    const { schema, written, version } = channel.schema;
    const found = schema?.versions.find((v) => v.version === version) ?? schema?.versions.at(-1) ?? schema?.source;
    const place = found?.contract === undefined ? '' : ` (${placeWords(ide, found.contract.name.at)})`;
    lines.push(`Carries ${plain(written.value)}${schema ? place : ', which no file declares'}.`);
    if (channel.schema.inferred) lines.push(`Concluded: ${plain(channel.schema.inferred)}`);
  }
  lines.push(
    settingList(
      ide,
      { ...effectiveChannel(channel), ...prefixed('stream', effectiveStream(channel)) },
      channel.at,
    ),
  );
  lines.push(`**${usersOf(channel)}**`);
  lines.push(users(channel));
  return lines.filter((line) => line !== undefined && line !== '').join('\n\n');
}

function users(channel: Channel): string {
  const edges = [...producersOf(channel), ...consumersOf(channel)];
  const lines = edges
    .slice(0, maxUsers)
    .map(
      (edge) =>
        `- ${plain(edge.service.name)} ${edge.kind === 'publish' ? 'publishes' : 'consumes'}: ${brief(edge)}`,
    );
  if (edges.length > maxUsers) lines.push(`- and ${edges.length - maxUsers} more`);
  return lines.join('\n');
}

/** The settings that decide what is lost or doubled, in one line. */
const telling = [
  'guarantee',
  'acks',
  'idempotence',
  'transactionalId',
  'confirms',
  'persistent',
  'mandatory',
  'waitForAck',
  'group',
  'autoCommit',
  'commit',
  'isolation',
  'ack',
  'prefetch',
  'ackPolicy',
  'durable',
  'qos',
  'cleanStart',
  'sessionExpiry',
  'retain',
];

function brief(edge: Publish | Consume): string {
  const settings = effective(edge);
  const parts = telling.flatMap((name) => {
    const setting = settings[name];
    if (setting === undefined || setting.from === 'unknown') return [];
    const mark = setting.from === 'declared' ? '' : setting.assumed === true ? ' (assumed)' : ' (default)';
    return [`${name} ${code(valueWords(name, setting.value))}${mark}`];
  });
  return parts.length > 0 ? parts.join(', ') : 'nothing said';
}

/** One service at one channel, with every setting and where it comes from. */
export function describeEdge(ide: Ide, edge: Publish | Consume): string {
  const verb = edge.kind === 'publish' ? 'publishes to' : 'consumes';
  const head = `**${plain(edge.service.name)}** ${verb} **${plain(edge.channel?.address ?? 'its channels')}**`;
  return [head, settingList(ide, effective(edge), edge.at)].filter((line) => line !== '').join('\n\n');
}

export function effective(edge: Publish | Consume): Settings {
  return (edge.kind === 'publish' ? effectivePublish(edge) : effectiveConsume(edge)) as Settings;
}

function describeService(service: Service): string {
  const about = [service.client?.value, service.owner?.value].filter((part) => part !== undefined);
  const lines: (string | undefined)[] = [
    `**${plain(service.name)}** · service${about.length > 0 ? ` · ${plain(about.join(' · '))}` : ''}`,
    described(service.facts),
    service.inferred && becauseOf(service.inferred),
    edgeList('Publishes', service.publishes),
    edgeList('Consumes', service.consumes),
  ];
  return lines.filter((line) => line !== undefined && line !== '').join('\n\n');
}

/** Readers give the reason of a name as a sentence, or as its second half. */
function becauseOf(reason: string): string {
  const text = plain(reason.replace(/\.$/, ''));
  return /^[a-z]/.test(text) ? `Named so because ${text}.` : `Concluded: ${text}.`;
}

function edgeList(title: string, edges: readonly (Publish | Consume)[]): string {
  if (edges.length === 0) return '';
  const lines = edges.map((edge) => `- ${plain(edge.channel?.address ?? 'its channels')}: ${brief(edge)}`);
  return [title, ...lines].join('\n');
}

function describeSchema(ide: Ide, schema: Schema): string {
  const about = [schema.fact.format?.value, schema.fact.compatibility?.value].filter(
    (part) => part !== undefined,
  );
  const versions = schema.versions.map((v) => {
    const state =
      v.fileExists === false
        ? ', whose file does not exist'
        : v.contract
          ? `: ${placeWords(ide, v.contract.name.at)}`
          : '';
    return `- version ${plain(v.version)}${state}`;
  });
  return [
    `**${plain(schema.name)}** · schema${about.length > 0 ? ` · ${plain(about.join(' · '))}` : ''}`,
    versions.length > 0 ? versions.join('\n') : 'No versions.',
    schema.usedBy.length > 0
      ? `Carried by ${schema.usedBy.map((c) => plain(c.id)).join(', ')}.`
      : 'No channel carries it.',
    versionTable(ide, schema),
  ].filter((part) => part !== undefined).join('\n\n');
}

function prefixed(prefix: string, settings: object | undefined): Settings {
  const entries = Object.entries(settings ?? {}).map(([name, value]) => [
    `${prefix}.${name}`,
    value as Setting<unknown>,
  ]);
  return Object.fromEntries(entries);
}
