import { baseName, rangeIn, type SourceFile } from '../../text/sourceFile';
import type { SourceRange, Sourced } from '../../text/range';
import type { BrokerFact, CredentialFact, Fact } from '../../model/facts';
import type { Reader, ReadResult } from '../../model/reader';
import { parseProperties } from '../../syntax/properties';
import { confLookup, serverSettings, settingsIn } from '../rabbitmq/serverConf';
import { defined } from '../shared/defined';
import { isLiteralSecret } from '../shared/secrets';
import { dialect } from './dialect';
import { isRabbitConf } from './recognize';

/** `rabbitmq.conf`: where clients reach the nodes, who they begin with, and what holds for the whole cluster. */
export const rabbitmqConf: Reader = { dialect, recognizes: isRabbitConf, read: readConf };

type Entries = ReturnType<typeof settingsIn>;

function readConf(file: SourceFile): ReadResult {
  const [root] = parseProperties(file.text).roots;
  const entries = settingsIn(file, root);
  const [first] = entries.values();
  const extent = rangeIn(file, root?.start ?? 0, root?.end ?? 0);
  const said = textOf(entries, 'cluster_name');
  const name = said ?? { value: nameOf(file), at: first?.at ?? extent };
  const broker = defined<BrokerFact>({
    kind: 'broker', dialect, extent, name, protocol: { value: 'rabbitmq', at: extent }, isServer: true,
    addresses: addressesIn(entries), vhost: textOf(entries, 'default_vhost'), tls: tlsOf(entries), nodes: nodesIn(entries),
    ...serverSettings(confLookup(entries)),
    inferred: said === undefined ? 'the file gives no name to the cluster (cluster_name)' : undefined,
  });
  const facts: Fact[] = [broker, ...loginOf(entries, name.value, extent)];
  return { facts, problems: [], skipped: [...entries.values()].filter((one) => one.isOpen && asked.test(one.key)).map((one) => one.at) };
}

/** What is asked for below: it matters who fills it in. */
const asked = /^(cluster_name|default_vhost|consumer_timeout|cluster_partition_handling|listeners\.(tcp|ssl)\.)/;

/** Parts in `conf.d` are named after what they are about, not after the broker. */
function nameOf(file: SourceFile): string {
  const base = baseName(file.path).replace(/\.conf(\.[\w.]+)?$/i, '');
  return /rabbit/i.test(base) ? base : 'rabbitmq';
}

function textOf(entries: Entries, key: string): Sourced<string> | undefined {
  const found = entries.get(key);
  return found === undefined || found.isOpen || found.value === '' ? undefined : { value: found.value, at: found.at };
}

function listeners(entries: Entries, kind: 'tcp' | 'ssl'): Sourced<string>[] {
  return [...entries.values()].flatMap((one) => {
    if (one.isOpen || !one.key.startsWith(`listeners.${kind}.`)) return [];
    const match = /^(?:(.+):)?(\d{1,5})$/.exec(one.value);
    return match === null ? [] : [{ value: `${match[1] ?? '0.0.0.0'}:${match[2]}`, at: one.at }];
  });
}

function addressesIn(entries: Entries): Sourced<string>[] | undefined {
  const found = [...listeners(entries, 'tcp'), ...listeners(entries, 'ssl')];
  return found.length === 0 ? undefined : found;
}

/** The TCP listener is there until the file says that it is not. */
function tlsOf(entries: Entries): Sourced<boolean> | undefined {
  const off = textOf(entries, 'listeners.tcp');
  return off?.value === 'none' && listeners(entries, 'ssl').length > 0 ? { value: true, at: off.at } : undefined;
}

/** The nodes, where the file lists them (`cluster_formation.classic_config.nodes.1`). */
function nodesIn(entries: Entries): Sourced<number> | undefined {
  const nodes = [...entries.values()].filter((one) => /^cluster_formation\.classic_config\.nodes\.\w+$/.test(one.key));
  const [first] = nodes;
  const names = new Set(nodes.map((one) => one.value));
  return first === undefined ? undefined : { value: names.size, at: first.at };
}

/**
 * The user that a blank node begins with. RabbitMQ's own, guest, may come from the node's machine only, unless the file
 * lets it in from everywhere; with definitions to load there is no such user.
 */
function loginOf(entries: Entries, of: string, extent: SourceRange): CredentialFact[] {
  const user = textOf(entries, 'default_user');
  const password = textOf(entries, 'default_pass');
  const base = { kind: 'credential' as const, dialect, of, protocol: 'rabbitmq' as const };
  if (user !== undefined || password !== undefined) {
    const isDefault = (user?.value ?? 'guest') === 'guest' && (password?.value ?? 'guest') === 'guest';
    return [defined<CredentialFact>({
      ...base, extent: (password ?? user)?.at ?? extent, user, where: 'default_pass',
      secret: password !== undefined && isLiteralSecret(password.value) ? password.at : undefined,
      isDefault: isDefault ? true : undefined,
    })];
  }
  const opened = textOf(entries, 'loopback_users.guest') ?? textOf(entries, 'loopback_users');
  const loads = [...entries.keys()].some((key) => /(^|\.)load_definitions$|^definitions\./.test(key));
  if (opened === undefined || !/^(false|none)$/.test(opened.value) || loads || entries.get('default_user') !== undefined) return [];
  return [{ ...base, extent: opened.at, user: { value: 'guest', at: opened.at }, isDefault: true, where: 'loopback_users' }];
}
