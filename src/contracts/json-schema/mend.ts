import { get, isMap, isSeq, text, type Entry, type MapNode, type SyntaxNode } from '../../syntax/tree';
import { unescapeStep } from '../../text/pointer';
import type { Fix } from '../../text/problem';
import { rangeIn, type SourceFile } from '../../text/sourceFile';
import type { CompatFinding } from '../compat';
import { rootOf } from '../tree';

/** Takes a property out of `required`, brings one back that is gone, or gives a keyword the value that it had. */
export function mendJsonSchema(finding: CompatFinding, current: SourceFile, previous: SourceFile | undefined): readonly Fix[] {
  const here = entryAt(current, finding.at.start);
  if (finding.check === 'REQUIRED_ATTRIBUTE_ADDED' && finding.direction === 'backward') return unrequire(finding, current, here?.around ?? []);
  const before = previous !== undefined && finding.beforeAt?.file === previous.id ? entryAt(previous, finding.beforeAt.start) : undefined;
  // In YAML, what takes several lines means something else where it is indented otherwise.
  const isYaml = /\.ya?ml$/i.test(current.path);
  if (!isYaml && previous !== undefined && before !== undefined && isProperty(before.around)) {
    const { check, direction } = finding;
    if (check.startsWith('PROPERTY_REMOVED_') && direction === 'backward') return restoreProperty(current, here?.around.at(-1), previous, before.entry);
    // Nothing says any more what the property must be: the schema that lacks it is what the key leads to, or the whole.
    const open = here === undefined ? rootOf(current) : here.entry.value;
    if (check.startsWith('PROPERTY_ADDED_') && direction === 'forward') return restoreProperty(current, isMap(open) ? open : undefined, previous, before.entry);
  }
  if (here?.entry.value === undefined || before?.entry.value === undefined || previous === undefined) return [];
  const [now, was] = [here.entry.value, before.entry.value];
  const written = previous.text.slice(was.start, was.end);
  if (here.entry.key.text !== before.entry.key.text || current.text.slice(now.start, now.end) === written) return [];
  if (isYaml && `${written}${current.text.slice(now.start, now.end)}`.includes('\n')) return [];
  const shown = written.replace(/\s+/g, ' ');
  return [{
    title: `Restore ${here.entry.key.text}: ${shown.length > 60 ? `${shown.slice(0, 59)}…` : shown}`, safe: false,
    edits: [{ at: rangeIn(current, now.start, now.end), newText: written }],
  }];
}

/** True if the innermost of these objects is `properties`, not `patternProperties`. */
function isProperty(around: readonly MapNode[]): boolean {
  return around.length > 1 && get(around.at(-2), 'properties') === around.at(-1);
}

/** Into `properties` of the schema that is closed to it now; as deprecated, so that nobody begins to use it. */
function restoreProperty(file: SourceFile, schema: MapNode | undefined, previous: SourceFile, { key, value }: Entry): readonly Fix[] {
  const properties = get(schema, 'properties');
  if (!isMap(properties) || value === undefined || get(properties, key.text) !== undefined) return [];
  const [written, end] = [previous.text.slice(key.start, value.end), value.end - key.start];
  const last = isMap(value) ? value.entries.at(-1) : undefined;
  const at = last === undefined ? undefined : last.end - key.start;
  const old = at === undefined || !isMap(value) || get(value, 'deprecated') !== undefined ? [] : [
    { title: `Restore ${key.text} as deprecated`, text: `${written.slice(0, at)},${gapBefore(previous, last!.key.start)}"deprecated": true${written.slice(at, end)}` },
  ];
  const behind = properties.entries.at(-1);
  return [...old, { title: `Restore ${key.text}`, text: written }].map(({ title, text: property }) => ({
    title, safe: false,
    edits: [behind === undefined
      ? { at: rangeIn(file, properties.start + 1, properties.start + 1), newText: ` ${property} ` }
      : { at: rangeIn(file, behind.end, behind.end), newText: `,${gapBefore(file, behind.key.start)}${property}` }],
  }));
}

/** What sets an entry off from what is before it: a line break and blanks, or a blank. */
function gapBefore({ text: whole }: SourceFile, start: number): string {
  return /\r?\n[ \t]*$/.exec(whole.slice(0, start))?.[0] ?? ' ';
}

function unrequire({ element }: CompatFinding, file: SourceFile, around: readonly MapNode[]): readonly Fix[] {
  const name = unescapeStep(element.slice(element.lastIndexOf('/') + 1));
  for (const schema of around.toReversed()) {
    const list = get(schema, 'required');
    if (!isSeq(list)) continue;
    const i = list.items.findIndex((item) => text(item) === name);
    const item = list.items[i];
    if (item === undefined || (!list.flow && list.items.length === 1)) continue;
    const [before, after] = [list.items[i - 1], list.items[i + 1]];
    const at = before ? rangeIn(file, before.end, item.end) : rangeIn(file, item.start, after?.start ?? item.end);
    return [{ title: `Take ${name} out of required`, safe: false, edits: [{ at, newText: '' }] }];
  }
  return [];
}

/** The entry whose key stands at an offset, and the objects around it, the outermost first. */
function entryAt(file: SourceFile, offset: number): { entry: Entry; around: readonly MapNode[] } | undefined {
  const around: MapNode[] = [];
  let node: SyntaxNode | undefined = rootOf(file);
  while (node !== undefined) {
    if (isMap(node)) {
      around.push(node);
      const entry: Entry | undefined = node.entries.find(({ key, end }) => key.start <= offset && offset <= end);
      if (entry === undefined) return undefined;
      if (offset <= entry.key.end) return { entry, around };
      node = entry.value;
    } else if (isSeq(node)) {
      node = node.items.find((item) => item !== undefined && item.start <= offset && offset <= item.end);
    } else return undefined;
  }
  return undefined;
}
