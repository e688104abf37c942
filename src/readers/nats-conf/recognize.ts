import { own } from '../../text/own';
import { baseName, type SourceFile } from '../../text/sourceFile';
import { parseNatsConf } from '../../syntax/natsConf';
import { isMap, isScalar, isSeq, type Entry } from '../../syntax/tree';

/** How much of a file is looked at. */
const head = 16_384;

/** `nats.conf`, `nats-server.conf`, `my-nats.conf`, `gnatsd.conf`, and templates of them. */
const ownName = /(^|[-_.])(nats|nats-?server|gnatsd)([-_.][\w-]+)?\.(conf|cfg|config)(\.[\w.]+)?$/i;
const confName = /\.(conf|cfg|config)(\.[\w.]+)?$/i;

/** A word that most configurations of NATS have, and few others. */
const telling = new RegExp(
  '^[ \\t{"]*(?:jetstream|leafnodes?|accounts|authorization|cluster|gateway|max_payload|system_account|users'
  + '|no_auth_user|resolver|listen|websocket|monitor_port|http_port|server_name)"?[ \\t]*'
  + '(?:[:={"\'\\d\\n\\r]|$)', 'm',
);

/** Keys of the server's configuration (server/opts.go), by how well they tell it from other files. */
const weights: Readonly<Record<string, number>> = {
  ...weigh(3, `jetstream leafnodes leaf max_payload max_control_line monitor_port system_account no_auth_user
    resolver_preload lame_duck_duration lame_duck_grace_period max_pending no_system_account default_js_domain
    ports_file_dir max_subscriptions max_subs trusted_keys resolver_pinned_accounts http_base_path no_sys_acc
    max_traced_msg_len no_header_support no_fast_producer_stall ocsp_cache resolver_tls max_sub_tokens
    max_subscription_tokens disable_sublist_cache no_sublist_cache default_sentinel account_resolver`),
  ...weigh(2, `accounts authorization cluster gateway websocket mqtt operator resolver logtime logtime_utc
    client_advertise write_deadline ping_max max_connections server_tags mappings maps listen http_port
    connect_error_reports allow_non_tls max_conn trace_verbose`),
  ...weigh(1, `port host net debug trace tls http https https_port server_name ping_interval pid_file pidfile
    log_file logfile store_dir storedir syslog remote_syslog ocsp system trusted write_timeout no_system ws
    trace_headers log_size_limit logfile_size_limit logfile_max_num prof_port prof_block_rate proxy_protocol
    server_metadata feature_flags reconnect_error_reports max_closed_clients proxies operators`),
};

function weigh(weight: number, keys: string): Record<string, number> {
  return Object.fromEntries(keys.trim().split(/\s+/).map((key) => [key, weight]));
}

/** By name first; other files (nginx, HOCON, …) are parsed only if a word of NATS begins a line of theirs. */
export function isNatsConf(file: SourceFile): boolean {
  const name = baseName(file.path);
  if (!confName.test(name)) return false;
  const text = file.text.slice(0, head);
  const named = ownName.test(name);
  if (!named && !telling.test(text)) return false;
  const root = parseNatsConf(text).roots[0];
  const entries = isMap(root) ? root.entries : [];
  let known = 0;
  let strange = 0;
  let score = named ? 2 : 0;
  for (const entry of entries) {
    const weight = own(weights, entry.key.text.toLowerCase());
    if (weight === undefined) {
      // Keys of one's own are variables for values further down.
      if (!text.includes(`$${entry.key.text}`)) strange++;
    } else {
      known++;
      score += weight + (isTypical(entry) ? 2 : 0);
    }
  }
  const isPart = entries.every((e) => isUsers(e) || text.includes(`$${e.key.text}`));
  if (isPart && entries.some(isUsers)) return true;
  return known > 0 && strange <= known / 4 && score >= 3;
}

/** `users` of a file that others include. */
function isUsers(entry: Entry): boolean {
  return entry.key.text.toLowerCase() === 'users' && isSeq(entry.value) && entry.value.items.some((user) =>
    isMap(user) && user.entries.some((e) => /^(user|username|nkey)$/i.test(e.key.text)));
}

/** True for values of a shape that other files do not give to such a key. */
function isTypical({ key, value }: Entry): boolean {
  switch (key.text.toLowerCase()) {
    case 'listen': return isScalar(value) && /^"?[\w.-]*:-?\d+$/.test(value.text);
    case 'authorization': return isMap(value) && value.entries.some((e) => authorization.test(e.key.text));
    case 'accounts':
      return isMap(value) && value.entries.some((account) =>
        isMap(account.value) && account.value.entries.some((e) => accountKeys.test(e.key.text)));
    case 'cluster': return isMap(value) && value.entries.some((e) => cluster.test(e.key.text));
    default: return false;
  }
}

const authorization = /^(users|user|token|default_permissions|auth_callout)$/i;
const cluster = /^(routes|no_advertise|cluster_advertise)$/i;
const accountKeys = /^(users|exports|imports|jetstream|nkey|mappings)$/i;
