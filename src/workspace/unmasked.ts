import type { Fact } from '../model/facts';
import type { ReadResult } from '../model/reader';
import { masked } from '../syntax/placeholder';

/**
 * What is left of a template's file once nothing speaks of the signs that stood in the place of its expressions:
 * a fact about a thing whose name a template fills in goes, so does such a value of a setting; in sentences an
 * ellipsis stands for it. Readers leave these out themselves where they can tell why; here none gets through.
 */
export function withoutSigns(result: ReadResult): ReadResult {
  return {
    ...result,
    facts: result.facts.flatMap((fact) => {
      if (names(fact).some((name) => name?.includes(masked))) return [];
      return JSON.stringify(fact).includes(masked) ? [cleaned(fact) as Fact] : [fact];
    }),
    problems: result.problems.map((p) => ({ ...p, message: words(p.message) })),
  };
}

/** The names without which a fact is about nothing. */
function names(fact: Fact): (string | undefined)[] {
  switch (fact.kind) {
    case 'broker':
    case 'service':
    case 'schema':
    case 'contract':
      return [fact.name.value];
    case 'channel':
      return [fact.address.value];
    case 'publish':
    case 'consume':
      return [fact.service.value, fact.channel?.name.value];
    case 'route':
      return [fact.from.name.value, fact.to.name.value];
    case 'credential':
      return [];
    case 'permission':
      return [fact.user.value, fact.vhost.value];
  }
}

function cleaned(value: unknown): unknown {
  if (typeof value === 'string') return words(value);
  if (Array.isArray(value)) {
    return value.filter((item) => !isMasked(item)).map((item) => cleaned(item));
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).flatMap(([key, item]) => (isMasked(item) ? [] : [[key, cleaned(item)]])));
}

/** A value with a place that holds the sign; a bare word in a list that does. */
function isMasked(item: unknown): boolean {
  const value = typeof item === 'object' && item !== null && 'value' in item && 'at' in item ? item.value : undefined;
  return typeof value === 'string' && value.includes(masked);
}

const runs = new RegExp(`${masked}+`, 'g');

function words(text: string): string {
  return text.replace(runs, '…');
}
