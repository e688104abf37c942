import { baseName, type SourceFile } from '../../text/sourceFile';

/** Exports list vhosts and users first, so a megabyte is far more than what decides. */
const looked = 1 << 20;

const lists = ['queues', 'exchanges', 'bindings', 'policies', 'vhosts', 'users', 'permissions', 'parameters'];
const listStart = new RegExp(`"(${lists.join('|')})"\\s*:\\s*\\[`, 'g');
const stamp = /"(rabbit_version|rabbitmq_version|rabbitmq_definition_format)"\s*:/;
const member =
  /"(auto_delete|destination_type|x-queue-type|routing_key|password_hash|dead-letter-exchange|apply-to)"\s*:/;

/** JSON and templates that become JSON. */
const jsonName = /\.json(\.(tpl|tmpl|tftpl|template|j2|erb|in|dist|example|sample))*$/i;
const ownName = /^(.*definitions?.*|rabbit.*)\.json/i;

/** True for RabbitMQ definitions: by RabbitMQ's own stamp, else by its lists and their members. */
export function isDefinitions(file: SourceFile): boolean {
  if (!jsonName.test(file.path)) return false;
  const head = file.text.length > looked ? file.text.slice(0, looked) : file.text;
  if (!/^\s*(\/[/*][^]{0,2000}?)?\{/.test(head.slice(0, 4_000))) return false;
  if (stamp.test(head)) return true;
  const found = new Set<string>();
  for (const match of head.matchAll(listStart)) found.add(match[1] ?? '');
  const topology = found.has('queues') || found.has('exchanges') || found.has('bindings');
  if (ownName.test(baseName(file.path))) {
    return topology || found.has('policies') || (found.has('vhosts') && found.has('users'));
  }
  return topology && found.size >= 2 && member.test(head);
}
