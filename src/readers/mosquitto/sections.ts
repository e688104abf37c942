import type { ConfLine, ConfWord } from '../../syntax/mosquittoConf';

/** A port that the broker listens at. The default listener is what `port` and the lines before describe. */
export interface Listener {
  readonly line: ConfLine;
  readonly port: ConfWord | undefined;
  readonly host: ConfWord | undefined;
  readonly lines: ConfLine[];
}

export interface Bridge {
  /** The line `connection <name>`. */
  readonly line: ConfLine;
  readonly name: ConfWord;
  readonly lines: ConfLine[];
}

export interface Sections {
  readonly listeners: readonly Listener[];
  readonly bridges: readonly Bridge[];
  /** Lines that hold for the whole broker, wherever they stand. */
  readonly global: readonly ConfLine[];
}

/** Keys that belong to the connection that they stand below, apart from those with a telling prefix. */
const ofBridge = new Set([
  'address', 'addresses', 'topic', 'cleansession', 'clientid', 'username', 'password', 'start_type',
  'threshold', 'restart_timeout', 'round_robin', 'try_private', 'idle_timeout', 'keepalive_interval',
]);
const bridgePrefix = /^(remote|local|bridge|notification)s?_/;

const ofListener = new Set([
  'cafile', 'capath', 'certfile', 'keyfile', 'psk_hint', 'protocol', 'mount_point', 'require_certificate',
  'bind_interface', 'http_dir', 'listener_allow_anonymous', 'max_connections', 'socket_domain', 'tls_version',
]);

/** With `per_listener_settings` these hold for the listener that they stand below. */
const perListener = new Set(['allow_anonymous', 'password_file', 'acl_file', 'psk_file']);

/** Puts each line to the listener or bridge that it stands below. The file is not nested: keys decide. */
export function sectionsOf(lines: readonly ConfLine[]): Sections {
  const global: ConfLine[] = [];
  const listeners: Listener[] = [];
  const bridges: Bridge[] = [];
  const first: ConfLine[] = [];
  const own = last(lines, 'per_listener_settings')?.words[0]?.text === 'true';
  const bound = last(lines, 'bind_address')?.words[0];
  let byDefault: number | undefined;
  let listener: { lines: ConfLine[] } = { lines: first };
  let bridge: Bridge | undefined;
  for (const line of lines) {
    const key = line.key.text;
    const [value] = line.words;
    if (key === 'listener') {
      const host = line.words[1];
      const next: Listener = {
        line, port: value, host: host?.text.startsWith('#') === true ? undefined : host, lines: [],
      };
      listeners.push(next);
      listener = next;
    } else if (key === 'port') {
      // It is the default listener's however often it stands; the last one counts.
      byDefault ??= listeners.length;
      listeners[byDefault] = { line, port: value, host: bound, lines: first };
      listener = { lines: first };
    } else if (key === 'connection' && value !== undefined) {
      bridges.push((bridge = { line, name: value, lines: [] }));
    } else if (ofListener.has(key) || (own && perListener.has(key))) listener.lines.push(line);
    else if (bridge !== undefined && (ofBridge.has(key) || bridgePrefix.test(key))) bridge.lines.push(line);
    else global.push(line);
  }
  return { listeners, bridges, global };
}

/** What speaks MQTT over a network: no sockets in the file system, no pages of the HTTP API. */
export function speaksMqtt(listener: Listener): boolean {
  return listener.port?.text !== '0' && last(listener.lines, 'protocol')?.words[0]?.text !== 'http_api';
}

/** The line that gives a listener its certificate or key; without one it speaks plain text. */
export function tlsLine(listener: Listener): ConfLine | undefined {
  return last(listener.lines, 'certfile', 'psk_hint', 'keyfile');
}

/** The last line with one of these keys, which is the one that counts. */
export function last(lines: readonly ConfLine[], ...keys: readonly string[]): ConfLine | undefined {
  return lines.findLast((line) => keys.includes(line.key.text));
}
