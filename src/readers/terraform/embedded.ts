import { dirName } from '../../text/sourceFile';
import type { EmbeddedFile } from '../../model/reader';
import { itemOf } from '../../syntax/hclCollections';
import type { HclExpression } from '../../syntax/hclNodes';
import type { Context } from './context';
import { attribute, type Declared } from './terraformFile';

/** Resources that carry a file of another dialect as a text: manifests, and data of ConfigMaps. */
export const carriers: readonly string[] = [
  'kubectl_manifest', 'kubernetes_manifest', 'kubernetes_config_map', 'kubernetes_config_map_v1',
];

/** The files that heredocs hold; a text that is put together otherwise has no place of its own. */
export function embeddedIn(c: Context): EmbeddedFile[] {
  return c.tf.declared.flatMap((declared) => {
    if (declared.mode !== 'resource' || !carriers.includes(declared.type)) return [];
    return textsOf(declared).flatMap(({ name, node }) => {
      const isHeredoc = (node?.kind === 'scalar' || node?.kind === 'template') && node.style === 'block';
      if (!isHeredoc) return [];
      const { start } = node;
      return [{
        path: `${dirName(c.file.path)}/${name}`, text: c.file.text.slice(start, node.end),
        outer: (offset: number) => start + offset,
      }];
    });
  });
}

interface Text {
  readonly name: string;
  readonly node: HclExpression | undefined;
}

function textsOf(declared: Declared): readonly Text[] {
  const { body } = declared.block;
  const name = `${declared.label}.yaml`;
  if (declared.type === 'kubectl_manifest') return [{ name, node: attribute(body, 'yaml_body')?.value }];
  if (declared.type === 'kubernetes_manifest') {
    const manifest = attribute(body, 'manifest')?.value;
    const isText = manifest?.kind === 'call' && manifest.name === 'yamldecode';
    return isText ? [{ name, node: manifest.args[0] }] : [];
  }
  const data = attribute(body, 'data')?.value;
  if (data?.kind !== 'object') return [];
  const keys = data.items.flatMap((item) => (item.key.kind === 'scalar' ? [item.key.text] : []));
  return [...new Set(keys)].filter((key) => /^[\w.-]+$/.test(key))
    .map((key) => ({ name: key, node: itemOf(data, key)?.value }));
}
