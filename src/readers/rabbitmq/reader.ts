import type { Problem } from '../../text/problem';
import { rangeIn, type SourceFile } from '../../text/sourceFile';
import type { BrokerFact } from '../../model/facts';
import type { Reader, ReadResult } from '../../model/reader';
import { parseJson } from '../../syntax/json';
import { entry, get, text, type SyntaxNode } from '../../syntax/tree';
import { contentRange, entryRange, nodeRange } from '../shared/places';
import { defaultVhost, dialect, listOf, nameAt, vhostOf, type Context } from './context';
import { readUsers } from './credentials';
import { readBindings, readExchanges } from './exchanges';
import { readFederation } from './federation';
import { readPermissions } from './permissions';
import { readPolicies } from './policies';
import { readQueues } from './queues';
import { isDefinitions } from './recognize';
import { readShovels } from './shovels';
import { maskTemplates } from './template';

/** RabbitMQ definitions: exports of the management API, and what a node imports at its start. */
export const rabbitmqDefinitions: Reader = {
  dialect,
  recognizes: isDefinitions,
  read: readDefinitions,
};

function readDefinitions(file: SourceFile): ReadResult {
  const tree = parseJson(maskTemplates(file.text));
  const problems: Problem[] = tree.problems.map((p) => ({
    code: p.code, severity: 'error', message: p.message, at: rangeIn(file, p.start, p.end),
  }));
  const root = tree.roots[0];
  if (root === undefined || root.kind !== 'map') return { facts: [], problems };
  const ownVhost = text(get(root, 'original_vhost_name')) ?? defaultVhost;
  const c: Context = { file, root, ownVhost, facts: [], problems };
  readVhosts(c, root);
  const policies = readPolicies(file, root, (node) => vhostOf(c, node).value);
  readExchanges(c, policies);
  readQueues(c, policies);
  readBindings(c);
  readShovels(c);
  readFederation(c, policies);
  readUsers(c);
  readPermissions(c);
  problems.push(...policies.problems);
  return { facts: c.facts, problems };
}

/** Each vhost is a broker: listed in `vhosts`, or only mentioned by what lies in it. */
function readVhosts(c: Context, root: SyntaxNode): void {
  const seen = new Set<string>();
  const add = (fact: BrokerFact): void => {
    if (seen.has(fact.name.value)) return;
    seen.add(fact.name.value);
    c.facts.push(fact);
  };
  for (const node of listOf(c, 'vhosts')) {
    const name = nameAt(c, get(node, 'name'));
    if (name === undefined || name.value === '') continue;
    add({
      kind: 'broker', dialect, extent: nodeRange(c.file, node), name,
      protocol: { value: 'rabbitmq', at: name.at }, vhost: name,
      description: text(get(node, 'description')) ?? text(get(node, 'metadata', 'description')),
    });
  }
  const original = entry(root, 'original_vhost_name');
  if (original?.value?.kind === 'scalar') {
    const at = contentRange(c.file, original.value);
    add(inferredVhost(c.ownVhost, at, entryRange(c.file, original), 'The file is an export of this vhost.'));
  }
  for (const key of ['exchanges', 'queues'] as const) {
    for (const node of listOf(c, key)) {
      const { value, at } = vhostOf(c, node);
      const says = get(node, 'vhost') !== undefined;
      const name = nameAt(c, get(node, 'name'));
      add(inferredVhost(value, says ? at : name?.at ?? rangeIn(c.file, node.start, node.start), at, says
        ? 'Exchanges and queues of this vhost are here; the vhost itself is not in `vhosts`.'
        : 'The file names no vhost, as an export of one vhost does; it is taken for the vhost "/".'));
    }
  }
}

function inferredVhost(
  name: string, at: BrokerFact['extent'], extent: BrokerFact['extent'], inferred: string,
): BrokerFact {
  return {
    kind: 'broker', dialect, extent, name: { value: name, at }, protocol: { value: 'rabbitmq', at },
    vhost: { value: name, at }, inferred,
  };
}
