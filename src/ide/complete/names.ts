import type { Channel, FlowModel } from '../../model/model';
import type { PlaceContext } from '../../model/flowSchema/place';
import type { NameKind, RefKind } from '../../model/flowSchema/schema';
import { dirName, type SourceFile } from '../../text/sourceFile';
import type { CompletionKind } from '../completion';
import type { Ide } from '../context';
import { code, plain } from '../hover/words';
import { usersOf } from '../users';

export interface Name {
  readonly label: string;
  readonly kind: CompletionKind;
  readonly detail?: string;
  readonly docs?: string;
}

/** What a reference of this kind may name, from the whole workspace, sorted. */
export function refNames(
  ide: Ide,
  ref: RefKind,
  from?: SourceFile,
  fits: PlaceContext = {},
): readonly Name[] {
  const { model } = ide;
  switch (ref) {
    case 'broker':
      return sorted(
        model.brokers.map((b) => ({
          label: b.name,
          kind: 'broker',
          detail: [b.protocol, b.environment?.value].filter(Boolean).join(' · '),
          docs: b.url && code(b.url.value),
        })),
      );
    case 'channel':
      return sorted(
        model.channels
          .filter((c) => c.address !== '' && isFit(c, fits))
          .map((c) => ({
            label: c.space === undefined || !c.id.includes(':') ? c.id : c.address,
            kind: 'channel',
            detail: [c.kind, c.broker?.id].filter(Boolean).join(' · '),
            docs: [plain(c.declarations.find((d) => d.description)?.description ?? ''), usersOf(c)]
              .filter(Boolean)
              .join('\n\n'),
          })),
      );
    case 'schema':
      return sorted(
        model.schemas.flatMap((schema): Name[] => {
          const detail = schema.fact.format?.value;
          if (schema.versions.length === 0)
            return [{ label: schema.name, kind: 'schema', detail, docs: 'It has no versions yet.' }];
          return schema.versions.map((v) => ({
            label: `${schema.name}@${v.version}`,
            kind: 'schema',
            detail,
            docs: v.target && shown(v.target.value),
          }));
        }),
      );
    case 'client': {
      const used = new Set(model.services.flatMap((s) => (s.client ? [s.client.value] : [])));
      return sorted([...used].map((label) => ({ label, kind: 'client', detail: 'used in this workspace' })));
    }
    case 'file':
      return from === undefined ? [] : sorted(contractNames(model, from));
  }
}

function isFit(channel: Channel, { protocol, space }: PlaceContext): boolean {
  if (protocol !== undefined && channel.protocol !== undefined && channel.protocol !== protocol) return false;
  return space === undefined || channel.space === undefined || channel.space === space;
}

/** Names that a new declaration probably wants: mentioned somewhere, declared nowhere. */
export function declaredNames(
  model: FlowModel,
  kind: NameKind,
  siblings: readonly string[],
): readonly Name[] {
  switch (kind) {
    case 'channel':
      return sorted(
        model.channels
          .filter((c) => c.declarations.length === 0 && c.address !== '')
          .map((c) => ({
            label: c.address,
            kind: 'channel',
            detail: 'not declared yet',
            docs: usersOf(c),
          })),
      );
    case 'broker':
    case 'schema': {
      const missing = new Set(
        model.dangling.filter((d) => d.what === kind).map((d) => d.name.split('@')[0] ?? ''),
      );
      return sorted([...missing].map((label) => ({ label, kind, detail: 'not declared yet' })));
    }
    case 'service':
      return sorted(
        model.services.map((s) => ({ label: s.name, kind: 'service', detail: 'declared elsewhere' })),
      );
    case 'version': {
      const last = Math.max(0, ...siblings.map(Number).filter(Number.isInteger));
      return [{ label: String(last + 1), kind: 'value', detail: 'the next version' }];
    }
  }
}

function contractNames(model: FlowModel, from: SourceFile): Name[] {
  const names: Name[] = [];
  for (const contract of model.contracts) {
    const path = model.files.get(contract.extent.file)?.path;
    if (path === undefined || contract.nested) continue;
    const file = relative(dirName(from.path), path);
    const label = contract.format === 'protobuf' ? `${file}#${contract.name.value}` : file;
    names.push({ label, kind: 'file', detail: contract.format, docs: code(contract.name.value) });
  }
  return names;
}

function relative(folder: string, path: string): string {
  const a = folder.split('/');
  const b = path.split('/');
  let same = 0;
  while (same < a.length && same < b.length - 1 && a[same] === b[same]) same++;
  return [...a.slice(same).map(() => '..'), ...b.slice(same)].join('/');
}

function shown(target: { readonly path: string; readonly fragment: string }): string {
  const file = target.path.slice(target.path.lastIndexOf('/') + 1);
  return target.fragment === '' ? code(file) : `${code(target.fragment)} in ${code(file)}`;
}

function sorted(names: readonly Name[]): readonly Name[] {
  const seen = new Set<string>();
  return [...names]
    .sort((a, b) => (a.label < b.label ? -1 : a.label > b.label ? 1 : 0))
    .filter((name) => !seen.has(name.label) && seen.add(name.label));
}
