import { baseName, rangeIn } from '../../text/sourceFile';
import type { Sourced } from '../../text/range';
import type { BrokerFact } from '../../model/facts';
import type { ConfLine } from '../../syntax/mosquittoConf';
import { defined } from '../shared/defined';
import { folderName } from '../shared/folderName';
import type { Context } from './context';
import { dialect } from './dialect';
import { noteOf } from './note';
import { last, speaksMqtt, tlsLine, type Listener, type Sections } from './sections';

/** The broker that the file configures; its name for what else the file says. */
export function readBroker(c: Context, sections: Sections, lines: readonly ConfLine[]): string {
  const first = lines[0];
  const value = nameOf(c.file.path, sections);
  const end = lines.at(-1);
  const extent = rangeIn(c.file, first?.key.start ?? 0, end?.rest?.end ?? end?.key.end ?? 0);
  const addresses = sections.listeners.flatMap((listener) => addressOf(c, listener) ?? []);
  c.facts.push(defined<BrokerFact>({
    kind: 'broker', dialect, extent,
    name: { value, at: first === undefined ? extent : c.at(first.key) },
    protocol: { value: 'mqtt', at: extent },
    addresses: addresses.length === 0 ? undefined : addresses, isServer: true, software: 'mosquitto',
    tls: tlsOf(c, sections.listeners), anonymous: anonymousOf(c, sections),
    persistence: persistenceOf(c, lines), ...autosaveOf(c, lines),
    maxQueuedMessages: c.count(last(lines, 'max_queued_messages')),
    maxMessageSize: c.count(last(lines, 'max_packet_size', 'message_size_limit')), note: noteOf(sections, lines),
    inferred: `mosquitto has no name in its configuration; it is named after the ${
      sections.bridges.length > 0 ? 'folder' : 'file'}`,
  }));
  return value;
}

/**
 * Parts in `conf.d` are named after what they are about, not after the broker. With a bridge there is more
 * than one broker, each with a file of the same name in a folder of its own.
 */
function nameOf(path: string, { bridges, listeners }: Sections): string {
  const base = baseName(path).replace(/\.conf(\.[\w.]+)?$/i, '');
  if (bridges.length > 0 && listeners.length > 0 && base === 'mosquitto') return folderName(path) ?? base;
  return /mosquitto|mqtt|broker/i.test(base) ? base : 'mosquitto';
}

function addressOf(c: Context, listener: Listener): Sourced<string> | undefined {
  if (!speaksMqtt(listener)) return undefined;
  const port = c.word(listener.port);
  if (port === undefined || !/^\d{1,5}$/.test(port.value)) return undefined;
  const host = listener.host === undefined ? '0.0.0.0' : c.word(listener.host)?.value;
  if (host === undefined) return undefined;
  return { value: `${host.includes(':') ? `[${host}]` : host}:${port.value}`, at: port.at };
}

/** Said only where it holds for all that clients can choose from. */
function tlsOf(c: Context, listeners: readonly Listener[]): Sourced<boolean> | undefined {
  const open = listeners.filter(speaksMqtt);
  const line = open[0] && tlsLine(open[0]);
  return line !== undefined && open.every((l) => tlsLine(l) !== undefined)
    ? { value: true, at: c.at(line.key) } : undefined;
}

/** True if anybody gets in at any of the listeners; undefined where the file says nothing of it. */
function anonymousOf(c: Context, { global, listeners }: Sections): Sourced<boolean> | undefined {
  const said = [
    c.boolean(last(global, 'allow_anonymous')),
    ...listeners.map((l) => c.boolean(last(l.lines, 'listener_allow_anonymous', 'allow_anonymous'))),
  ].filter((s) => s !== undefined);
  return said.find((s) => s.value) ?? said[0];
}

/** Since 2.1 a plugin may keep sessions and messages instead of the broker's own file. */
function persistenceOf(c: Context, lines: readonly ConfLine[]): Sourced<boolean> | undefined {
  const plugin = lines.find(
    (l) => /^(global_)?plugin$/.test(l.key.text) && /persist/.test(l.rest?.text ?? ''),
  );
  if (plugin?.rest !== undefined) return { value: true, at: c.at(plugin.rest) };
  return c.boolean(last(lines, 'persistence', 'retained_persistence'));
}

/**
 * Between two saves what is queued and retained is in memory only. With 0, and where changes are counted in the
 * place of seconds, no file tells for how long.
 */
function autosaveOf(c: Context, lines: readonly ConfLine[]): Pick<BrokerFact, 'syncInterval' | 'open'> {
  const line = last(lines, 'autosave_interval');
  const seconds = c.count(line);
  const isOpen = (line !== undefined && (seconds?.value ?? 0) === 0)
    || c.boolean(last(lines, 'autosave_on_changes'))?.value === true;
  if (isOpen) return { open: ['syncInterval'] };
  return seconds === undefined ? {} : { syncInterval: { value: seconds.value * 1000, at: seconds.at } };
}
