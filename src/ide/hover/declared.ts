import { blockSchema, resolveSchema } from '../../model/flowSchema/schema';
import type { Fact } from '../../model/facts';
import { brokerSettingNames } from '../../model/settings';
import { valueWords } from '../../model/settingWords';
import type { SourceRange, Sourced } from '../../text/range';
import type { SourceFile } from '../../text/sourceFile';
import type { Ide } from '../context';
import type { Hover } from '../hover';
import { code, plain } from './words';

/** Dialects whose keys have hovers of their own. */
const own: ReadonlySet<string> = new Set(['flow', 'asyncapi', 'kafka-properties']);

/** A setting of all clients of a program can hold for hundreds of channels. */
const maxOwners = 3;

interface Found {
  readonly name: string;
  readonly value: unknown;
  readonly at: SourceRange;
  readonly fact: Fact;
  /** True for what is the broker's or service's own, and not that of its topics. */
  readonly isOwn?: true;
}

/**
 * A setting in any dialect: what Tailrace reads it as, of what, and what it means. The cursor may stand
 * on the value, or before it on the same line, which is its key.
 */
export function hoverDeclared(
  ide: Ide, file: SourceFile, dialect: string | undefined, offset: number,
): Hover | undefined {
  if (dialect === undefined || own.has(dialect)) return undefined;
  const lineStart = file.text.lastIndexOf('\n', offset - 1) + 1;
  const stop = file.text.indexOf('\n', offset);
  const lineEnd = stop < 0 ? file.text.length : stop;
  let found: Found[] = [];
  for (const fact of ide.file(file.id)?.result.facts ?? []) {
    for (const one of settingsOf(fact)) {
      const { start, end } = one.at;
      if (one.at.file !== file.id || start < lineStart || end > lineEnd || end < offset) continue;
      // Behind one of these signs another key or item begins: it is not this value's key that the cursor is on.
      const between = file.text.slice(offset, Math.max(offset, start)).replace(/\[\d*\]|\$\{[^}]*\}/g, '');
      if (/[,{}[\];]/.test(between)) continue;
      const first = found[0];
      if (first === undefined || start < first.at.start) found = [one];
      else if (start === first.at.start && one.name === first.name) found.push(one);
    }
  }
  const [best] = found;
  if (best === undefined) return undefined;
  const { name, value, at, fact } = best;
  // What only follows from a name stands at that name, whose key is another thing's.
  const isName = ide.model.occurrences.some((o) => o.at.file === file.id && o.at.start === at.start);
  if (isName && offset < at.start) return undefined;
  const about = describe(best);
  const whose = [...new Set(found.map(of))].filter((text) => text !== '');
  const more = whose.length > maxOwners ? [`${whose.length - maxOwners} more`] : [];
  const lines = [
    `**${name}**: ${code(valueWords(name, value))} · ${plain([...whose.slice(0, maxOwners), ...more].join('; '))}`,
    about,
    fact.note && plain(fact.note),
    fact.inferred && `Concluded: ${plain(fact.inferred.replace(/\.$/, ''))}.`,
  ];
  return {
    at: { file: file.id, start: Math.min(offset, at.start), end: at.end },
    markdown: lines.filter((line) => line !== undefined && line !== '').join('\n\n'),
  };
}

function settingsOf(fact: Fact): Found[] {
  if (fact.kind === 'broker') {
    const inherited = fact.topicDefaults ? flat(fact, fact.topicDefaults) : [];
    return [...inherited, ...flat(fact, pick(fact, brokerSettingNames)).map((one) => ({ ...one, isOwn: true as const }))];
  }
  if (fact.kind === 'service') return flat(fact, pick(fact, ['instances'])).map((one) => ({ ...one, isOwn: true as const }));
  return 'settings' in fact ? flat(fact, fact.settings) : [];
}

function pick(fact: object, names: readonly string[]): object {
  return Object.fromEntries(Object.entries(fact).filter(([name]) => names.includes(name)));
}

function flat(fact: Fact, settings: object): Found[] {
  return Object.entries(settings).flatMap(([name, setting]: [string, unknown]): Found[] => {
    if (typeof setting !== 'object' || setting === null || Array.isArray(setting)) return [];
    if ('value' in setting && 'at' in setting) {
      const { value, at } = setting as Sourced<unknown>;
      return [{ name, value, at, fact }];
    }
    return blocks.has(name) ? flat(fact, setting) : [];
  });
}

const blocks: ReadonlySet<string> = new Set(['stream', 'onFailure', 'needs', 'alert']);

/** What the setting belongs to. */
function of({ fact, isOwn }: Found): string {
  switch (fact.kind) {
    case 'publish':
      return `${fact.service.value} publishes${fact.channel ? ` to ${fact.channel.name.value}` : ''}`;
    case 'consume':
      return `${fact.service.value} consumes${fact.channel ? ` ${fact.channel.name.value}` : ''}`;
    case 'channel':
      return fact.address.value;
    case 'broker':
      return isOwn ? `broker ${fact.name.value}` : `topics of ${fact.name.value} that do not say it themselves`;
    case 'service':
      return `service ${fact.name.value}`;
    default:
      return '';
  }
}

function describe({ fact, name, isOwn }: Found): string | undefined {
  const kinds = isOwn ? [fact.kind === 'service' ? 'service' as const : 'broker' as const] : fact.kind === 'publish' ? (['publish', 'needs'] as const)
    : fact.kind === 'consume' ? (['consume', 'onFailure', 'needs', 'alert'] as const)
      : (['channel', 'stream', 'needs', 'alert'] as const);
  for (const block of kinds) {
    const property = blockSchema(block).properties?.[name];
    if (property !== undefined) return property.description ?? resolveSchema(property).description;
  }
  return undefined;
}
