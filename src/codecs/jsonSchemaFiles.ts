import type { TailContract } from '../protocol/tail';
import { unescapeStep } from '../text/pointer';
import { draft7 } from './jsonSchemaDraft4';

export type Schema = Record<string, unknown>;

/** The documents of a contract, in the words of the drafts that the validator knows. */
export interface SchemaFiles {
  readonly documents: readonly { readonly id: string; readonly schema: Schema }[];
  readonly first: Schema;
  /** Where the contract's message is: the first document or a part of it. */
  readonly reference: string;
  /** What a reference in a document leads to, and the document that it is in. */
  resolve(reference: string, from: Schema): { readonly schema: unknown; readonly doc: Schema } | undefined;
}

/** @throws Error if a file is no schema. */
export function schemaFiles(contract: TailContract): SchemaFiles {
  const documents = contract.files.map((file) => {
    const schema = read(file);
    // Without an $id, a file is found by its path, as relative references are resolved.
    return { schema, id: typeof schema['$id'] === 'string' ? schema['$id'] : `file://${file.path}` };
  });
  const [first] = documents;
  if (!first) throw new Error('it has no files');
  const pointer = contract.message.replace(/^#/, '');
  return {
    documents, first: first.schema, reference: pointer.startsWith('/') ? `${first.id}#${pointer}` : first.id,
    resolve: (reference, from) => {
      const base = documents.find(({ schema }) => schema === from)?.id ?? first.id;
      const target = absolute(reference, base);
      const [address, fragment = ''] = target.split('#');
      const doc = documents.find(({ id }) => absolute(id, first.id).replace(/#$/, '') === address)?.schema;
      const schema = doc && at(doc, fragment);
      return doc && schema !== undefined ? { schema, doc } : undefined;
    },
  };
}

export function isRecord(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function absolute(reference: string, base: string): string {
  return URL.canParse(reference, base) ? new URL(reference, base).href : reference;
}

/** By JSON pointer; anchors are not followed. */
function at(doc: unknown, fragment: string): unknown {
  if (fragment === '') return doc;
  if (!fragment.startsWith('/')) return undefined;
  return decodeURIComponent(fragment).slice(1).split('/').reduce<unknown>((node, written) => {
    const step = unescapeStep(written);
    return typeof node === 'object' && node !== null && Object.hasOwn(node, step) ? (node as Schema)[step] : undefined;
  }, doc);
}

function read(file: { readonly path: string; readonly text: string }): Schema {
  const schema: unknown = JSON.parse(file.text.replace(/^\ufeff/, ''));
  if (!isRecord(schema)) throw new Error(`${file.path} is not a schema object`);
  const draft = String(schema['$schema'] ?? '');
  if (!/draft-0[46]\//.test(draft)) return schema;
  // What draft 6 says, draft 7 says as well.
  delete schema['$schema'];
  return draft.includes('draft-04') ? (draft7(schema) as Schema) : schema;
}
