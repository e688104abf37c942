import { baseName, type SourceFile } from '../../text/sourceFile';
import { parseMosquittoConf } from '../../syntax/mosquittoConf';
import { isKey, ownKeys } from './keys';

/** How much of a file is looked at. */
const head = 16_384;

const confName = /\.conf(\.[\w.]+)?$/i;
const ownName = /(^|[-_.])mosquitto([-_.][\w.-]*)?\.conf(\.[\w.]+)?$/i;
const aclName = /(^acls?(_?file)?|\.acl|(^|[-_.])acls?\.conf)(\.(example|sample|tpl|tmpl|template|j2|in|dist))*$/i;

/** A key of mosquitto's alone at a line's start; or the line that only its bridges have. */
const telling = new RegExp(
  '^[ \\t]*(?:(?:listener|allow_anonymous|per_listener_settings|password_file|acl_file|persistence_location'
  + '|log_dest|max_(?:queued|inflight)_\\w+|queue_qos0_messages|sys_interval|remote_\\w+|bridge_\\w+'
  + '|cleansession|persistent_client_expiration|connection|(?:plugin|auth)_opt_\\w+)[ \\t]+\\S'
  + '|topic[ \\t]+\\S+[ \\t]+(?:in|out|both)\\b)', 'm',
);

/** `mosquitto.conf` also if it holds comments only, as the one that comes with the broker. */
export function isMosquittoConf(file: SourceFile): boolean {
  const name = baseName(file.path);
  if (!confName.test(name)) return false;
  const text = file.text.slice(0, head);
  const named = ownName.test(name);
  if (!named && !telling.test(text)) return false;
  const { lines } = parseMosquittoConf(text);
  // The last line may be cut.
  const whole = text.length < file.text.length ? lines.slice(0, -1) : lines;
  if (whole.length === 0) return named && /mosquitto|mqtt|listener/i.test(text);
  const known = whole.filter((line) => isKey(line.key.text));
  const strange = whole.filter((line) => !isKey(line.key.text) && !/^(\{\{|\{%|\$\{)/.test(line.key.text));
  if (known.length === 0 || strange.length > known.length / 4) return false;
  const isBridge = ['connection', 'address'].every((key) => known.some((line) => line.key.text === key));
  return named || isBridge || known.some((line) => ownKeys.has(line.key.text) && line.words.length > 0);
}

/** An access list: nothing but `user`, `topic` and `pattern`, in a file that is called one. */
export function isAcl(file: SourceFile): boolean {
  if (!aclName.test(baseName(file.path))) return false;
  const text = file.text.slice(0, head);
  const { lines } = parseMosquittoConf(text);
  const whole = text.length < file.text.length ? lines.slice(0, -1) : lines;
  return whole.some((line) => line.key.text !== 'user')
    && whole.every(({ key, words }) => /^(user|topic|pattern)$/.test(key.text) && words.length > 0);
}
