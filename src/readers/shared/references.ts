import { isUnknown, resolvePlaceholders } from '../../syntax/placeholder';
import type { Keyed } from './keyed';

/** Values that refer to each other more often than this are a mistake. */
const maxDepth = 20;

/** Values that grow longer than this by what they refer to are no names and no addresses. */
const maxLength = 20_000;

/**
 * Fills in what values take from other keys of the same configuration: `${orders.topic}`, as Spring, Quarkus
 * and Micronaut do. Another key wins over a placeholder's default. What is nothing but one such placeholder
 * gets the place of what it stands for, so that a rename edits the name itself.
 * @param get finds the value behind a name, by the dialect's own idea of equal keys.
 */
export function withReferences(all: readonly Keyed[], get: (name: string) => Keyed | undefined): Keyed[] {
  const known = new Map<Keyed, Keyed>();
  const inWork = new Set<Keyed>();

  const resolve = (one: Keyed): Keyed => {
    const before = known.get(one);
    if (before !== undefined) return before;
    const { written } = one;
    if (written === undefined || !written.includes('${')) return one;
    inWork.add(one);
    const { text, unresolved } = resolvePlaceholders(written, (name) => {
      const found = follow(name);
      return found === undefined || found.isOpen ? undefined : found.value;
    });
    inWork.delete(one);
    const value = text.trim();
    const isOpen = unresolved.length > 0 || value.length > maxLength || isUnknown(value);
    const whole = /^\$\{([^${}:]+)\}$/.exec(written);
    const target = whole?.[1] === undefined || isOpen ? undefined : follow(whole[1].trim());
    const result = { ...one, value: value.length > maxLength ? '' : value, isOpen, at: target?.at ?? one.at };
    known.set(one, result);
    return result;
  };

  const follow = (name: string): Keyed | undefined => {
    const one = get(name);
    return one === undefined || inWork.has(one) || inWork.size >= maxDepth ? undefined : resolve(one);
  };

  return all.map(resolve);
}
