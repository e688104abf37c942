import type { PublishFact, ServiceFact } from '../../model/facts';
import { blockSchema } from '../../model/flowSchema/schema';
import type { ConsumeSettings, PublishSettings } from '../../model/settings';
import { entry, get, isMap, isSeq, type Entry, type MapNode, type SyntaxNode } from '../../syntax/tree';
import type { SourceRange, Sourced } from '../../text/range';
import { entryRange, nodeRange } from '../shared/places';
import { channelRef } from './channels';
import { dialect, optional, type FlowContext } from './context';
import { insertPlace } from './insertPlace';
import { readBlocks } from './blocks';
import { readSettings } from './settings';
import { filledText, readAliases } from './value';

/**
 * Reads `services:`: a service a key, and each of its publishes and consumes.
 * @returns how many facts there were before each entry, and behind the last one.
 */
export function readServices(context: FlowContext, node: SyntaxNode | undefined): number[] {
  const counts = [context.facts.length];
  for (const e of isMap(node) ? node.entries : []) {
    readService(context, e);
    counts.push(context.facts.length);
  }
  return counts;
}

function readService(context: FlowContext, e: Entry): void {
  const { file } = context;
  const name = filledText(file, e.key);
  if (name === undefined) return;
  context.facts.push({
    kind: 'service',
    dialect,
    extent: entryRange(file, e),
    name,
    ...optional('client', filledText(file, get(e.value, 'client'))),
    ...optional('owner', filledText(file, get(e.value, 'owner'))),
    ...readSettings<ServiceSettings>(file, blockSchema('service'), e.value),
    ...optional('description', filledText(file, get(e.value, 'description'))?.value),
    ...readAliases(file, e.value),
  });
  for (const use of uses(context, get(e.value, 'publishes'))) readPublish(context, name, use);
  for (const use of uses(context, get(e.value, 'consumes'))) readConsume(context, name, use);
}

type ServiceSettings = Pick<ServiceFact, 'instances' | 'database' | 'failureTests'>;

/** One channel below `publishes` or `consumes`. */
interface Use {
  readonly channel: Sourced<string>;
  readonly extent: SourceRange;
  readonly value: SyntaxNode | undefined;
  /** Absent for an item of a plain list: nothing can be added to that. */
  readonly owner?: { readonly entry: Entry; readonly parent: MapNode };
}

function uses(context: FlowContext, node: SyntaxNode | undefined): Use[] {
  const { file } = context;
  if (isMap(node)) {
    return node.entries.flatMap((e) => {
      const channel = filledText(file, e.key);
      return channel
        ? [{ channel, extent: entryRange(file, e), value: e.value, owner: { entry: e, parent: node } }]
        : [];
    });
  }
  if (!isSeq(node)) return [];
  return node.items.flatMap((item) => {
    const channel = filledText(file, item);
    return channel && item ? [{ channel, extent: nodeRange(file, item), value: undefined }] : [];
  });
}

function readPublish(context: FlowContext, service: Sourced<string>, use: Use): void {
  const ref = channelRef(context, use.channel);
  context.facts.push({
    kind: 'publish',
    dialect,
    extent: use.extent,
    service,
    channel: ref,
    ...optional('protocol', ref.protocol),
    settings: {
      ...readSettings<PublishSettings>(context.file, blockSchema('publish'), use.value),
      ...readBlocks(context.file, ['needs'], use.value),
    },
    ...common(context, use),
  });
}

function readConsume(context: FlowContext, service: Sourced<string>, use: Use): void {
  const { file } = context;
  const ref = channelRef(context, use.channel);
  const onFailure = get(use.value, 'onFailure');
  context.facts.push({
    kind: 'consume',
    dialect,
    extent: use.extent,
    service,
    channel: ref,
    ...optional('protocol', ref.protocol),
    settings: {
      ...readSettings<ConsumeSettings>(file, blockSchema('consume'), use.value),
      ...readBlocks(file, ['needs', 'alert'], use.value),
      ...(isMap(onFailure)
        ? {
            onFailure: readSettings<NonNullable<ConsumeSettings['onFailure']>>(
              file,
              blockSchema('onFailure'),
              onFailure,
            ),
          }
        : {}),
    },
    ...common(context, use),
  });
  const deadLetter = entry(onFailure, 'deadLetter');
  const target = filledText(file, deadLetter?.value);
  if (deadLetter === undefined || target === undefined) return;
  context.facts.push({
    kind: 'route',
    dialect,
    extent: entryRange(file, deadLetter),
    route: 'dead-letter',
    from: ref,
    to: channelRef(context, target),
    by: `service ${service.value}`,
  });
}

function common(context: FlowContext, use: Use): Pick<PublishFact, 'client' | 'schema' | 'insert'> {
  return {
    ...optional('client', filledText(context.file, get(use.value, 'client'))),
    ...optional('schema', filledText(context.file, get(use.value, 'schema'))),
    ...optional('insert', use.owner && insertPlace(context.file, use.owner.entry, use.owner.parent)),
  };
}
