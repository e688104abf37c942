import type { Completion, CompletionKind } from '../completion';
import { isPlain, writeScalar } from '../semantic/quoting';
import type { Cursor } from '../semantic/cursor';

/** A scalar at the cursor, quoted as it must be there. */
export function scalar(
  cursor: Cursor,
  label: string,
  kind: CompletionKind,
  more: Pick<Completion, 'detail' | 'docs' | 'sort'> = {},
  json = false,
): Completion {
  // Fixed values such as `true` and `1` are meant as what YAML reads in them.
  const bare = kind === 'value' && cursor.quote === '' && !json;
  const insert = bare && !/[:#{}[\],&*!|>%@`]/.test(label) ? label : writeScalar(label, cursor.quote, json);
  return { label, kind, insert, start: cursor.start, end: cursor.end, ...more };
}

/** A key at the cursor, with what follows it: a colon, or a block to write in. */
export function key(
  cursor: Cursor,
  name: string,
  shape: 'value' | 'map' | 'list',
  more: Pick<Completion, 'detail' | 'docs' | 'sort'> & { readonly kind?: CompletionKind } = {},
  json = false,
): Completion {
  const written = json
    ? JSON.stringify(name)
    : cursor.quote !== ''
      ? writeScalar(name, cursor.quote)
      : isPlain(name)
        ? name
        : JSON.stringify(name);
  const { kind = 'key', ...rest } = more;
  const base = { label: name, kind, start: cursor.start, end: cursor.end, ...rest };
  if (cursor.hasColon) return { ...base, insert: written };
  if (shape === 'value' || json) return { ...base, insert: `${written}: ` };
  const safe = written.replace(/[$}\\]/g, '\\$&');
  if (cursor.flow)
    return { ...base, snippet: true, insert: shape === 'map' ? `${safe}: { $0 }` : `${safe}: [$0]` };
  return { ...base, snippet: true, insert: shape === 'map' ? `${safe}:\n  $0` : `${safe}:\n  - $0` };
}
