import type { ConfLine } from '../../syntax/mosquittoConf';
import { last, speaksMqtt, tlsLine, type Sections } from './sections';

/** Settings that decide what is kept and passed on; the model has no fields for them. */
const deciding = [
  'max_queued_messages', 'max_queued_bytes', 'max_inflight_messages', 'max_inflight_bytes',
  'queue_qos0_messages', 'persistent_client_expiration', 'message_size_limit', 'max_packet_size',
  'memory_limit', 'maximum_qos', 'max_qos', 'retain_available', 'retain_expiry_interval',
  'upgrade_outgoing_qos', 'autosave_interval', 'autosave_on_changes', 'per_listener_settings',
];

/** What else decides delivery and security, in the configuration's own words. */
export function noteOf(sections: Sections, lines: readonly ConfLine[]): string | undefined {
  if (lines.length === 0) return 'Nothing is set in it: mosquitto\'s defaults hold.';
  const sentences = [settings(lines), ports(sections), files(lines), bridges(sections)];
  return sentences.filter((s) => s !== undefined).join(' ') || undefined;
}

function settings(lines: readonly ConfLine[]): string | undefined {
  const said = deciding.flatMap((key) => {
    const value = last(lines, key)?.words[0]?.text;
    return value === undefined ? [] : [`${key} ${value}`];
  });
  return said.length === 0 ? undefined : `${said.join(', ')}.`;
}

/** What distinguishes the listeners, if there is more than one. */
function ports({ listeners }: Sections): string | undefined {
  const said = listeners.flatMap((listener) => {
    const protocol = last(listener.lines, 'protocol')?.words[0]?.text;
    const mount = last(listener.lines, 'mount_point')?.rest?.text;
    const words = [
      protocol === undefined || protocol === 'mqtt' ? undefined : protocol,
      tlsLine(listener) === undefined ? undefined : 'TLS',
      mount === undefined ? undefined : `mount_point ${mount}`,
    ].filter((w) => w !== undefined);
    const port = speaksMqtt(listener) || protocol === 'http_api' ? listener.port?.text : listener.host?.text;
    return port === undefined || words.length === 0 ? [] : [`${port}: ${words.join(', ')}`];
  });
  return said.length === 0 ? undefined : `Listeners: ${said.slice(0, 10).join('; ')}.`;
}

function files(lines: readonly ConfLine[]): string | undefined {
  const value = (...keys: string[]): string | undefined => last(lines, ...keys)?.rest?.text;
  const included = value('include_dir');
  const passwords = value('password_file');
  const access = value('acl_file');
  const plugins = lines
    .flatMap((l) => (/^((global|auth)_)?plugin$/.test(l.key.text) ? l.rest?.text ?? [] : []));
  return [
    passwords === undefined ? undefined : `Logins are in ${passwords}.`,
    access === undefined ? undefined : `The access list is ${access}.`,
    plugins.length === 0 ? undefined : `Plugins: ${plugins.slice(0, 5).join(', ')}.`,
    included === undefined ? undefined
      : `Includes the files of ${included}, which are not read with this one.`,
  ].filter((s) => s !== undefined).join(' ') || undefined;
}

function bridges({ bridges: all }: Sections): string | undefined {
  const said = all.map(({ name, lines }) => {
    const clean = last(lines, 'cleansession')?.words[0]?.text;
    return `${name.text}${clean === undefined ? '' : ` (cleansession ${clean})`}`;
  });
  return said.length === 0 ? undefined : `Bridges: ${said.slice(0, 10).join(', ')}.`;
}
