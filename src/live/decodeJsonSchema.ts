import { Ajv, type AnySchemaObject, type ErrorObject, type ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { TailContract } from '../protocol/tail';
import { oneLine, utf8 } from './bytesText';
import { DECODE_LIMIT, unframed, type Decoded, type Decoder } from './decoder';
import { layOutJson } from './jsonText';

const MAX_ERRORS = 5;

/** Checks JSON values against a schema. @throws Error if the schema does not compile. */
export function jsonSchemaDecoder(contract: TailContract): Decoder {
  const validate = compile(contract);
  const decode = (value: Uint8Array): Decoded | undefined => {
    const bytes = unframed(value);
    if (bytes.length > DECODE_LIMIT) return undefined;
    const text = utf8(bytes);
    let parsed: unknown;
    try {
      if (text === undefined) throw new Error('it is not UTF-8 text');
      parsed = JSON.parse(text);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      return { verdict: 'undecodable', errors: [`It is not JSON: ${oneLine(why, 200)}.`], as: 'json' };
    }
    // Laid out from the text: parsing has rounded large numbers.
    const shown = { as: 'json', json: layOutJson(text)?.text ?? text, preview: text };
    if (validate(parsed)) return { ...shown, verdict: 'valid', errors: [] };
    return {
      ...shown,
      verdict: 'violates',
      errors: (validate.errors ?? []).slice(0, MAX_ERRORS).map(sentence),
    };
  };
  const check = (value: Uint8Array): Decoded['verdict'] | undefined => {
    const bytes = unframed(value);
    if (bytes.length > DECODE_LIMIT) return undefined;
    try {
      return validate(JSON.parse(utf8(bytes) ?? '')) ? 'valid' : 'violates';
    } catch {
      return 'undecodable';
    }
  };
  return { contract, decode, check };
}

function compile(contract: TailContract): ValidateFunction {
  const [first, ...others] = contract.files;
  if (!first) throw new Error('it has no files');
  const schema = read(first);
  const options = { strict: false, allErrors: true, validateFormats: false, logger: false as const };
  const ajv = /2019-09|2020-12/.test(String(schema.$schema ?? '')) ? new Ajv2020(options) : new Ajv(options);
  for (const other of others) {
    const extra = read(other);
    // Without an $id, a file is found by its path, as relative references are resolved.
    if (typeof extra.$id === 'string') ajv.addSchema(extra);
    else ajv.addSchema(extra, `file://${other.path}`);
  }
  const pointer = contract.message.replace(/^#/, '');
  const id = typeof schema.$id === 'string' ? schema.$id : `file://${first.path}`;
  if (/draft-0[46]\//.test(String(schema.$schema ?? ''))) delete schema.$schema;
  ajv.addSchema(schema, typeof schema.$id === 'string' ? undefined : id);
  return ajv.compile({ $ref: pointer.startsWith('/') ? `${id}#${pointer}` : id });
}

function read(file: { readonly path: string; readonly text: string }): AnySchemaObject {
  const parsed: unknown = JSON.parse(file.text.replace(/^\ufeff/, ''));
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed))
    throw new Error(`${file.path} is not a schema object`);
  return parsed as AnySchemaObject;
}

function sentence(e: ErrorObject): string {
  const extra = 'additionalProperty' in e.params ? ` (${String(e.params.additionalProperty)})` : '';
  return `${e.instancePath || 'The value'} ${e.message ?? 'breaks the schema'}${extra}.`;
}
