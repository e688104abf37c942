import { isMap, isScalar, isSeq, type SyntaxNode } from '../../syntax/tree';
import { list, type Conf } from './conf';
import { withoutLogin } from './urls';

/** What else decides delivery, in the configuration's own words: the model has no fields for it. */
export function noteOf(c: Conf, root: SyntaxNode): string | undefined {
  const sentences = [
    jetStream(c, root), limits(c, root), accounts(c, root), cluster(c, root), leafNodes(c, root),
    gateways(c, root), listeners(c, root), includes(c),
  ];
  return sentences.filter((s) => s !== undefined).join(' ') || undefined;
}

function jetStream(c: Conf, root: SyntaxNode): string | undefined {
  const entry = c.entry(root, 'jetstream');
  const value = entry?.value;
  if (entry === undefined) return undefined;
  if (isScalar(value)) {
    if (value.value === true || /^enabled?$/i.test(value.text)) return 'JetStream is on.';
    return value.value === false || /^disabled?$/i.test(value.text) ? 'JetStream is off.' : undefined;
  }
  const enabled = c.get(value, 'enabled', 'enable');
  if (isScalar(enabled) && enabled.value === false) return 'JetStream is off.';
  const own = c.get(value, 'store_dir', 'storedir', 'store');
  const folder = c.text(own ?? c.get(root, 'store_dir', 'storedir'));
  const said = [
    folder === undefined ? undefined : `store_dir ${folder.value}`,
    ...[['max_memory_store', 'max_mem_store', 'max_mem'], ['max_file_store', 'max_file'], ['domain'],
      ['sync_interval', 'sync']]
      .map((keys) => written(c, value, keys)),
  ].filter((s) => s !== undefined);
  return `JetStream is on${said.length === 0 ? '' : ` (${said.join(', ')})`}.`;
}

/** A setting as it is written, by the key that is there. */
function written(c: Conf, node: SyntaxNode | undefined, keys: readonly string[]): string | undefined {
  const entry = c.entry(node, ...keys);
  const value = c.text(entry?.value);
  return entry === undefined || value === undefined ? undefined : `${entry.key.text} ${value.value}`;
}

function limits(c: Conf, root: SyntaxNode): string | undefined {
  const keys = [
    'max_payload', 'max_pending', 'max_connections', 'write_deadline', 'no_auth_user', 'allow_non_tls',
  ];
  const said = keys.map((key) => written(c, root, [key])).filter((s) => s !== undefined);
  return said.length === 0 ? undefined : `${said.join(', ')}.`;
}

function accounts(c: Conf, root: SyntaxNode): string | undefined {
  const value = c.get(root, 'accounts');
  const names = isMap(value)
    ? value.entries.map((account) => {
        const users = c.get(account.value, 'users');
        const said = [
          isSeq(users) ? counted(users.items.length, 'user') : undefined,
          c.entry(account.value, 'jetstream') === undefined ? undefined : 'JetStream',
        ].filter((s) => s !== undefined);
        return `${account.key.text}${said.length === 0 ? '' : ` (${said.join(', ')})`}`;
      })
    : c.texts(value).map((name) => name.value);
  if (names.length === 0) return undefined;
  return `Accounts, each with subjects of its own: ${shortened(names)}.`;
}

function cluster(c: Conf, root: SyntaxNode): string | undefined {
  const routes = c.texts(c.get(c.get(root, 'cluster'), 'routes'));
  if (routes.length === 0) return undefined;
  return `Clustered with ${shortened(routes.map((r) => withoutLogin(r.value)))}.`;
}

function leafNodes(c: Conf, root: SyntaxNode): string | undefined {
  const remotes = list(c.get(c.get(root, 'leafnodes', 'leaf'), 'remotes')).flatMap((remote) => {
    const urls = c.texts(c.get(remote, 'url', 'urls')).map((url) => withoutLogin(url.value));
    const account = c.text(c.get(remote, 'account', 'local'));
    const of = account === undefined ? '' : ` for account ${account.value}`;
    return urls.length === 0 ? [] : [`${urls.join(', ')}${of}`];
  });
  return remotes.length === 0 ? undefined : `Leaf node of ${shortened(remotes)}: subjects pass between them.`;
}

function gateways(c: Conf, root: SyntaxNode): string | undefined {
  const node = c.get(root, 'gateway');
  const names = list(c.get(node, 'gateways')).flatMap((g) => c.text(c.get(g, 'name'))?.value ?? []);
  return names.length === 0 ? undefined : `Gateways to the clusters ${shortened(names)}.`;
}

function listeners(c: Conf, root: SyntaxNode): string | undefined {
  const said = (['mqtt', 'websocket'] as const).flatMap((kind) => {
    const node = c.get(root, kind);
    const at = c.text(c.get(node, 'listen'))?.value ?? c.text(c.get(node, 'port'))?.value;
    return isMap(node) && at !== undefined ? [`${kind === 'mqtt' ? 'MQTT' : 'WebSocket'} at ${at}`] : [];
  });
  return said.length === 0 ? undefined : `Also speaks ${said.join(' and ')}.`;
}

function includes(c: Conf): string | undefined {
  const paths = c.tree.includes.map((path) => path.text);
  return paths.length === 0 ? undefined : `Includes ${shortened(paths)}, which is not read with this file.`;
}

function counted(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}

function shortened(words: readonly string[]): string {
  const shown = words.slice(0, 6).join(', ');
  return words.length > 6 ? `${shown} and ${words.length - 6} more` : shown;
}
