import { rangeIn } from '../../text/sourceFile';
import type { Sourced } from '../../text/range';
import type { BrokerFact, ChannelRef, CredentialFact, RouteFact } from '../../model/facts';
import type { ConfLine, ConfWord } from '../../syntax/mosquittoConf';
import { isUnknown } from '../../syntax/placeholder';
import { defined } from '../shared/defined';
import { isLiteralSecret } from '../shared/secrets';
import { bridgeTopic } from './bridgeTopic';
import type { Context } from './context';
import { dialect } from './dialect';
import { last, type Bridge } from './sections';

/** A connection to another broker: that broker, the login there, and a route for each topic pattern. */
export function readBridge(c: Context, bridge: Bridge, local: string): void {
  const remote = remoteBroker(c, bridge);
  credential(c, bridge, ['remote_username', 'username'], ['remote_password', 'password'], remote);
  credential(c, bridge, ['local_username'], ['local_password'], local);
  credential(c, bridge, ['bridge_identity'], ['bridge_psk'], remote);
  const clean = last(bridge.lines, 'cleansession')?.words[0]?.text;
  const session = clean === undefined ? undefined : `cleansession ${clean}`;
  for (const line of bridge.lines) {
    if (line.key.text === 'topic') readTopic(c, line, { bridge, local, remote, session });
  }
}

/** The other broker is named by its address; by the connection where the file does not tell the address. */
function remoteBroker(c: Context, bridge: Bridge): string {
  const line = last(bridge.lines, 'address', 'addresses');
  const words = line?.words ?? [];
  const comment = words.findIndex((w) => w.text.startsWith('#'));
  const written = words.slice(0, comment < 0 ? undefined : comment).flatMap((w) => c.word(w) ?? []);
  const first = written[0];
  const end = bridge.lines.at(-1) ?? bridge.line;
  const extent = rangeIn(c.file, bridge.line.key.start, end.rest?.end ?? end.key.end);
  const name: Sourced<string> = first ?? { value: bridge.name.text, at: c.at(bridge.name) };
  const tls = last(
    bridge.lines, 'bridge_cafile', 'bridge_capath', 'bridge_certfile', 'bridge_psk',
    'bridge_tls_use_os_certs',
  );
  c.facts.push(defined<BrokerFact>({
    kind: 'broker', dialect, extent, name, protocol: { value: 'mqtt', at: extent },
    url: first, addresses: written.length > 1 ? written.slice(1) : undefined,
    // A bridge speaks plain text unless it is told otherwise, whatever the port.
    tls: tls !== undefined ? { value: true, at: c.at(tls.key) } : first && { value: false, at: first.at },
    note: `The other end of the bridge ${bridge.name.text}.`,
    inferred: first === undefined
      ? 'the file does not tell the address of the bridge; its connection has this name' : undefined,
  }));
  return name.value;
}

function credential(
  c: Context, bridge: Bridge, userKeys: readonly string[], secretKeys: readonly string[], of: string,
): void {
  const user = last(bridge.lines, ...userKeys);
  const secret = last(bridge.lines, ...secretKeys);
  const line = secret ?? user;
  if (line === undefined) return;
  c.facts.push(defined<CredentialFact>({
    kind: 'credential', dialect, extent: c.lineRange(line), of, protocol: 'mqtt', where: line.key.text,
    user: c.word(user?.rest),
    secret: secret?.rest !== undefined && isWritten(secret.rest.text) ? c.at(secret.rest) : undefined,
  }));
}

function isWritten(secret: string): boolean {
  return isLiteralSecret(secret) && !isUnknown(secret);
}

interface Ends {
  readonly bridge: Bridge;
  readonly local: string;
  readonly remote: string;
  /** Whether the other broker keeps what the bridge misses, as it is written. */
  readonly session: string | undefined;
}

function readTopic(c: Context, line: ConfLine, { bridge, local, remote, session }: Ends): void {
  const topic = bridgeTopic(line);
  if (topic === undefined) return;
  const known = (parts: readonly (ConfWord | undefined)[]): boolean =>
    parts.every((p) => p === undefined || p.text === '' || c.word(p) !== undefined);
  if (!known([topic.pattern, topic.local, topic.remote])) return;
  const here = joined(c, topic.local, topic.pattern);
  const there = joined(c, topic.remote, topic.pattern);
  if (here === undefined || there === undefined) return;
  const ref = (name: Sourced<string>, broker: string): ChannelRef => ({ name, broker, protocol: 'mqtt' });
  const ends = [ref(here, local), ref(there, remote)] as const;
  const route = (from: ChannelRef, to: ChannelRef): void => {
    c.facts.push(defined<RouteFact>({
      kind: 'route', dialect, route: 'bridge', extent: c.lineRange(line), from, to,
      qos: topic.qos === undefined
        ? { value: 0, at: c.at(line.key) } : { value: Number(topic.qos.text), at: c.at(topic.qos) },
      note: topic.qos === undefined ? 'The line says no QoS, which means 0.' : undefined,
      arguments: session, by: `bridge "${bridge.name.text}"`,
    }));
  };
  if (topic.direction !== 'in') route(ends[0], ends[1]);
  if (topic.direction !== 'out') route(ends[1], ends[0]);
}

/** A prefix is put before the pattern as it is: no slash comes between. */
function joined(c: Context, prefix: ConfWord | undefined, pattern: ConfWord): Sourced<string> | undefined {
  const word = pattern.text === '' ? prefix : pattern;
  const value = (c.word(prefix)?.value ?? '') + (c.word(pattern)?.value ?? '');
  return word === undefined || value === '' ? undefined : { value, at: c.at(word) };
}
