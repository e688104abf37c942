import type { ContractRef } from '../../model/facts';
import { get, isMap, isScalar, type Entry, type SyntaxNode } from '../../syntax/tree';
import type { Sourced } from '../../text/range';
import { resolvePath } from '../../text/sourceFile';
import { contentRange, entryRange } from '../shared/places';
import { dialect, optional, type FlowContext } from './context';
import { filledText } from './value';

/** Reads `schemas:`: a schema a key, with links to the files that hold its versions. */
export function readSchemas(context: FlowContext, node: SyntaxNode | undefined): void {
  if (!isMap(node)) return;
  for (const e of node.entries) readSchema(context, e);
}

function readSchema(context: FlowContext, e: Entry): void {
  const { file } = context;
  const name = filledText(file, e.key);
  if (name === undefined) return;
  const versions = get(e.value, 'versions');
  context.facts.push({
    kind: 'schema',
    dialect,
    extent: entryRange(file, e),
    name,
    ...optional('format', filledText(file, get(e.value, 'format'))),
    ...optional('compatibility', filledText(file, get(e.value, 'compatibility'))),
    versions: (isMap(versions) ? versions.entries : []).flatMap((v) => {
      const version = filledText(file, v.key);
      return version === undefined ? [] : [{ version, ...optional('target', contractRef(context, v.value)) }];
    }),
    ...optional('source', contractRef(context, get(e.value, 'source'))),
    ...optional('description', filledText(file, get(e.value, 'description'))?.value),
  });
}

/** `contracts/order.proto#shop.v1.OrderPlaced`: a path from this file's folder, and a place in that file. */
function contractRef(context: FlowContext, node: SyntaxNode | undefined): Sourced<ContractRef> | undefined {
  const written = filledText(context.file, node);
  if (written === undefined || !isScalar(node)) return undefined;
  const hash = written.value.indexOf('#');
  const path = (hash < 0 ? written.value : written.value.slice(0, hash)).trim();
  if (path === '') return undefined;
  const target = {
    path: resolvePath(context.file.path, path),
    fragment: hash < 0 ? '' : written.value.slice(hash + 1).trim(),
  };
  const at = contentRange(context.file, node);
  context.links.push({ path: target.path, fragment: target.fragment, at });
  return { value: target, at };
}
