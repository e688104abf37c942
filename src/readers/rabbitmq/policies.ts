import type { Problem } from '../../text/problem';
import type { SourceFile } from '../../text/sourceFile';
import { get, isMap, isSeq, text, type MapNode, type SyntaxNode } from '../../syntax/tree';
import { contentRange, nodeRange, sourcedNumber } from '../shared/places';
import { compilePattern } from '../../model/pattern';

export type PolicyTarget = 'exchange' | 'classic' | 'quorum' | 'stream';

/** One entry of `policies` or of the operator policies. */
export interface Policy {
  readonly name: string;
  readonly vhost: string;
  readonly priority: number;
  readonly applyTo: string;
  readonly definition: SyntaxNode | undefined;
  readonly node: MapNode;
  readonly matches: (name: string) => boolean;
}

/** What applies to one queue or exchange: at most one policy and one operator policy. */
export interface AppliedPolicies {
  readonly policy?: Policy;
  readonly operator?: Policy;
}

export interface Policies {
  readonly problems: readonly Problem[];
  /** The policies in force, by RabbitMQ's rule: the highest priority of those that match. */
  applied(vhost: string, target: PolicyTarget, name: string): AppliedPolicies;
}

/** Which `apply-to` words reach which target (docs/policies, "apply-to"). */
const reach: Readonly<Record<PolicyTarget, readonly string[]>> = {
  exchange: ['all', 'exchanges'],
  classic: ['all', 'queues', 'classic_queues'],
  quorum: ['all', 'queues', 'quorum_queues'],
  stream: ['all', 'queues', 'streams'],
};
const applyToWords = new Set(Object.values(reach).flat());

/** Reads all policies of a definitions file; `vhostOf` gives an entry's vhost. */
export function readPolicies(
  file: SourceFile, root: SyntaxNode, vhostOf: (node: MapNode) => string,
): Policies {
  const problems: Problem[] = [];
  const ties = new Set<string>();
  const policies = collect(items(get(root, 'policies')));
  const operators = collect([
    ...items(get(root, 'operator_policies')),
    // Definitions keep operator policies as runtime parameters of this component.
    ...items(get(root, 'parameters')).filter((p) => text(get(p, 'component')) === 'operator_policy'),
  ]);

  function collect(nodes: readonly SyntaxNode[]): Policy[] {
    const found: Policy[] = [];
    for (const node of nodes) {
      if (!isMap(node)) continue;
      const value = get(node, 'value');
      const body = isMap(value) ? value : node;
      const name = text(get(node, 'name')) ?? '';
      const patternNode = get(body, 'pattern');
      // The empty pattern is one: it matches every name.
      const pattern = patternNode?.kind === 'scalar' && typeof patternNode.value === 'string'
        ? patternNode.text : undefined;
      const applyToNode = get(body, 'apply-to');
      const applyTo = text(applyToNode) ?? 'all';
      if (applyToNode !== undefined && !applyToWords.has(applyTo)) {
        problems.push({
          code: 'rabbitmq/policy-target', severity: 'warning', at: nodeRange(file, applyToNode),
          message: `Policy "${name}" applies to "${applyTo}", which RabbitMQ does not know. Use `
            + 'all, queues, classic_queues, quorum_queues, streams or exchanges.',
        });
      }
      if (pattern === undefined || patternNode?.kind !== 'scalar') continue;
      const compiled = compilePattern(pattern);
      if ('reason' in compiled) {
        problems.push({
          code: 'rabbitmq/policy-pattern', severity: 'warning', at: contentRange(file, patternNode),
          message: `The pattern of policy "${name}" is not evaluated: ${compiled.reason}. `
            + 'What the policy sets is missing in the graph and in the checks. Write a simpler pattern.',
        });
        continue;
      }
      found.push({
        name, vhost: vhostOf(node), applyTo, node,
        priority: sourcedNumber(file, get(body, 'priority'))?.value ?? 0,
        definition: get(body, 'definition'),
        matches: compiled.matches,
      });
    }
    return found;
  }

  function strongest(
    list: readonly Policy[], vhost: string, target: PolicyTarget, name: string,
  ): Policy | undefined {
    let best: Policy | undefined;
    let rival: Policy | undefined;
    for (const policy of list) {
      if (policy.vhost !== vhost || !reach[target].includes(policy.applyTo) || !policy.matches(name)) {
        continue;
      }
      if (best === undefined || policy.priority > best.priority) {
        best = policy;
        rival = undefined;
      } else if (policy.priority === best.priority) {
        // RabbitMQ's choice is undefined here. Ours is the first by name, so that it is always the same.
        rival = policy.name < best.name ? best : policy;
        if (rival === best) best = policy;
      }
    }
    if (best !== undefined && rival !== undefined) {
      reportTie(best, rival, target === 'exchange' ? 'exchange' : 'queue', name);
    }
    return best;
  }

  function reportTie(best: Policy, rival: Policy, kind: string, name: string): void {
    const key = JSON.stringify([best.vhost, best.name, rival.name]);
    if (ties.has(key) || best.definition === undefined || rival.definition === undefined) return;
    if (written(file, best.definition) === written(file, rival.definition)) return;
    ties.add(key);
    const place = get(rival.node, 'name') ?? rival.node;
    const other = get(best.node, 'name') ?? best.node;
    problems.push({
      code: 'rabbitmq/policy-tie', severity: 'warning',
      at: place.kind === 'scalar' ? contentRange(file, place) : nodeRange(file, place),
      message: `Policies "${best.name}" and "${rival.name}" both match ${kind} "${name}" with priority `
        + `${best.priority}; RabbitMQ picks one of them and does not say which. `
        + `"${best.name}" is assumed here. `
        + 'Give them different priorities.',
      related: [{
        at: other.kind === 'scalar' ? contentRange(file, other) : nodeRange(file, other),
        message: `Policy "${best.name}" is here.`,
      }],
    });
  }

  return {
    problems,
    applied: (vhost, target, name) => ({
      policy: strongest(policies, vhost, target, name),
      operator: strongest(operators, vhost, target, name),
    }),
  };
}

function items(node: SyntaxNode | undefined): readonly SyntaxNode[] {
  return isSeq(node) ? node.items.filter((item) => item !== undefined) : [];
}

function written(file: SourceFile, node: SyntaxNode): string {
  return file.text.slice(node.start, node.end).replace(/\s+/g, '');
}
