import { dirName } from '../text/sourceFile';
import type { FileFacts } from './build';
import type { ChannelFact, ChannelRef, Fact } from './facts';

/**
 * Puts addresses in the place of handles: what one file of a folder declares, others of it name by the
 * address that Terraform has for it. A fact whose handle nobody declares says nothing and is left out.
 */
export function withHandles(files: readonly FileFacts[]): readonly FileFacts[] {
  if (!files.some((file) => file.facts.some(hasHandle))) return files;
  const declared = new Map<string, ChannelFact>();
  for (const file of files) {
    for (const fact of file.facts) {
      if (fact.kind === 'channel' && fact.handle !== undefined) declared.set(keyOf(file, fact.handle), fact);
    }
  }
  return files.map((file) => {
    if (!file.facts.some(hasHandle)) return file;
    const resolved = (ref: ChannelRef): ChannelRef | undefined => {
      if (ref.handle === undefined) return ref;
      const channel = declared.get(keyOf(file, ref.handle));
      if (channel === undefined) return undefined;
      const { handle, ...rest } = ref;
      const broker = ref.broker ?? channel.broker?.value;
      const name = { value: channel.address.value, at: ref.name.at };
      return { ...rest, name, ...(broker === undefined ? {} : { broker }) };
    };
    return { ...file, facts: file.facts.flatMap((fact) => factWith(fact, resolved)) };
  });
}

function factWith(fact: Fact, resolved: (ref: ChannelRef) => ChannelRef | undefined): Fact[] {
  if (fact.kind === 'route') {
    const from = resolved(fact.from);
    const to = resolved(fact.to);
    if (from === fact.from && to === fact.to) return [fact];
    return from === undefined || to === undefined ? [] : [{ ...fact, from, to }];
  }
  if (fact.kind !== 'publish' && fact.kind !== 'consume') return [fact];
  if (fact.channel?.handle === undefined) return [fact];
  const channel = resolved(fact.channel);
  return channel === undefined ? [] : [{ ...fact, channel }];
}

function hasHandle(fact: Fact): boolean {
  if (fact.kind === 'route') return fact.from.handle !== undefined || fact.to.handle !== undefined;
  return (fact.kind === 'publish' || fact.kind === 'consume') && fact.channel?.handle !== undefined;
}

function keyOf(file: FileFacts, handle: string): string {
  return `${dirName(file.path)}\n${handle}`;
}
