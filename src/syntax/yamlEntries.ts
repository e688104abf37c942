import type { Entry, SyntaxProblem } from './tree';

/** A map's entries with duplicate keys reported and merges (`<<`) expanded behind its own keys. */
export function finishEntries(
  entries: readonly Entry[],
  hasMerge: boolean,
  problems: SyntaxProblem[],
): readonly Entry[] {
  const seen = new Set<string>();
  for (const { key } of entries) {
    if (!seen.has(key.text)) seen.add(key.text);
    else if (key.text !== '<<') {
      problems.push({
        code: 'syntax/duplicate-key',
        start: key.start,
        end: key.end,
        message: `The key "${key.text}" stands twice in this map; only the last one counts. Remove one of them.`,
      });
    }
  }
  if (!hasMerge) return entries;
  const own = entries.filter((e) => !isMerge(e));
  for (const merge of entries.filter(isMerge)) {
    const sources = merge.value?.kind === 'seq' ? merge.value.items : [merge.value];
    for (const from of sources) {
      if (from?.kind !== 'map') continue;
      // The merged maps are aliases mostly, whose size was counted there.
      for (const e of from.entries) {
        if (seen.has(e.key.text)) continue;
        seen.add(e.key.text);
        own.push({ ...e, merged: true });
      }
    }
  }
  return own;
}

function isMerge(e: Entry): boolean {
  if (e.key.text !== '<<' || e.key.style !== 'plain') return false;
  return (
    e.value?.kind === 'map' || (e.value?.kind === 'seq' && e.value.items.every((i) => i?.kind === 'map'))
  );
}
