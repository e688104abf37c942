import type { Fact } from '../model/facts';
import type { FlowModel } from '../model/model';
import type { FileId, SourceRange } from '../text/range';
import { compareRanges } from '../text/range';
import type { Ide } from './context';

export type SymbolKind =
  'section' | 'broker' | 'schema' | 'channel' | 'service' | 'publish' | 'consume' | 'contract';

export interface OutlineSymbol {
  readonly name: string;
  readonly detail: string;
  readonly kind: SymbolKind;
  /** The name's place, inside `extent`. */
  readonly at: SourceRange;
  readonly extent: SourceRange;
  readonly children: readonly OutlineSymbol[];
}

const sections: readonly { kind: SymbolKind; title: string }[] = [
  { kind: 'broker', title: 'brokers' },
  { kind: 'schema', title: 'schemas' },
  { kind: 'contract', title: 'contracts' },
  { kind: 'channel', title: 'channels' },
  { kind: 'service', title: 'services' },
];

/** What one file declares, by kind; a section that holds nothing is left out. */
export function documentSymbols(ide: Ide, file: FileId): readonly OutlineSymbol[] {
  const facts = ide.file(file)?.result.facts ?? [];
  const text = ide.file(file)?.file.text ?? '';
  const edges = edgesByService(facts, file);
  const symbols = facts
    .map((fact) => symbolOf(fact, edges, file))
    .filter((s) => s !== undefined)
    .sort(byPlace);
  return sections
    .flatMap(({ kind, title }): OutlineSymbol[] => {
      const children = symbols.filter((s) => s.kind === kind);
      const first = children[0];
      if (first === undefined) return [];
      const end = Math.max(...children.map((c) => c.extent.end));
      const at = headingOf(title, text, first.extent) ?? first.at;
      const extent = { ...first.extent, start: Math.min(at.start, first.extent.start), end };
      return [{ name: title, detail: String(children.length), kind: 'section', at, extent, children }];
    })
    .sort(byPlace);
}

/** The key that a section is written under, where the file has one: editors keep that line on screen. */
function headingOf(title: string, text: string, first: SourceRange): SourceRange | undefined {
  const key = [...text.slice(0, first.start).matchAll(new RegExp(`^${title}(?=[ \\t]*:)`, 'gm'))].at(-1);
  return key && { file: first.file, start: key.index, end: key.index + title.length };
}

/** What each service of a file publishes and consumes. */
function edgesByService(facts: readonly Fact[], file: FileId): ReadonlyMap<string, readonly OutlineSymbol[]> {
  const found = new Map<string, OutlineSymbol[]>();
  for (const edge of facts) {
    if (edge.kind !== 'publish' && edge.kind !== 'consume') continue;
    if (edge.channel === undefined || edge.extent.file !== file) continue;
    const verb = edge.kind === 'publish' ? 'publishes' : 'consumes';
    const one = symbol(edge.kind, edge.channel.name, verb, edge.extent);
    const list = found.get(edge.service.value);
    if (list) list.push(one);
    else found.set(edge.service.value, [one]);
  }
  for (const list of found.values()) list.sort(byPlace);
  return found;
}

function symbolOf(
  fact: Fact, edges: ReadonlyMap<string, readonly OutlineSymbol[]>, file: FileId,
): OutlineSymbol | undefined {
  const { extent } = fact;
  if (extent.file !== file) return undefined;
  switch (fact.kind) {
    case 'broker':
      return symbol('broker', fact.name, fact.protocol?.value ?? '', extent);
    case 'schema':
      return symbol('schema', fact.name, fact.format?.value ?? '', extent);
    case 'contract':
      return fact.nested ? undefined : symbol('contract', fact.name, fact.version?.value ?? '', extent);
    case 'channel':
      return symbol('channel', fact.address, fact.schema?.value ?? fact.broker?.value ?? '', extent);
    case 'service':
      return {
        ...symbol('service', fact.name, fact.client?.value ?? '', extent),
        children: edges.get(fact.name.value) ?? [],
      };
    default:
      return undefined;
  }
}

function symbol(
  kind: SymbolKind,
  name: { readonly value: string; readonly at: SourceRange },
  detail: string,
  extent: SourceRange,
): OutlineSymbol {
  // Editors refuse an outline whose name lies outside of its extent; readers may report a narrow one.
  const wide = {
    ...extent,
    start: Math.min(extent.start, name.at.start),
    end: Math.max(extent.end, name.at.end),
  };
  return {
    name: name.value === '' ? '(default)' : name.value,
    detail,
    kind,
    at: name.at,
    extent: wide,
    children: [],
  };
}

function byPlace(a: OutlineSymbol, b: OutlineSymbol): number {
  return compareRanges(a.at, b.at);
}

export interface WorkspaceSymbol {
  readonly name: string;
  readonly container: string;
  readonly kind: SymbolKind;
  readonly at: SourceRange;
}

/** All entities whose name has the query's letters in order, best first: exact, prefix, substring, scattered. */
export function workspaceSymbols(model: FlowModel, query: string): readonly WorkspaceSymbol[] {
  const wanted = query.toLowerCase().replace(/\s+/g, '');
  const found: { score: number; symbol: WorkspaceSymbol }[] = [];
  for (const candidate of entities(model)) {
    const score = match(candidate.name.toLowerCase(), wanted);
    if (score !== undefined) found.push({ score, symbol: candidate });
  }
  return found
    .sort(
      (a, b) =>
        a.score - b.score ||
        (a.symbol.name < b.symbol.name ? -1 : a.symbol.name > b.symbol.name ? 1 : 0) ||
        compareRanges(a.symbol.at, b.symbol.at),
    )
    .map((f) => f.symbol);
}

function* entities(model: FlowModel): Iterable<WorkspaceSymbol> {
  for (const b of model.brokers) {
    const at = b.facts[0]?.name.at;
    if (at) yield { name: b.id, container: b.protocol ?? '', kind: 'broker', at };
  }
  for (const c of model.channels)
    yield { name: c.address, container: c.broker?.id ?? '', kind: 'channel', at: c.at };
  for (const s of model.services)
    yield { name: s.name, container: s.owner?.value ?? '', kind: 'service', at: s.at };
  for (const s of model.schemas) yield { name: s.name, container: '', kind: 'schema', at: s.fact.name.at };
  for (const c of model.contracts) {
    if (!c.nested) yield { name: c.name.value, container: c.format, kind: 'contract', at: c.name.at };
  }
}

function match(name: string, wanted: string): number | undefined {
  if (name === wanted) return 0;
  if (name.startsWith(wanted)) return 1;
  if (name.includes(wanted)) return 2;
  let at = -1;
  for (const c of wanted) if ((at = name.indexOf(c, at + 1)) < 0) return undefined;
  return 3;
}
