import { Ajv, type ValidateFunction } from 'ajv';
import { Ajv2019 } from 'ajv/dist/2019.js';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { TailContract } from '../protocol/tail';
import { oneLine, utf8 } from './bytesText';
import { DECODE_LIMIT, sentenceOf, type Decoded, type Decoder, type Fault } from './decoded';
import { registryFrame } from './frame';
import { jsonValue } from './exactJson';
import { jsonFormats } from './jsonFormats';
import { withBranches } from './jsonSchemaBranches';
import { schemaFiles } from './jsonSchemaFiles';
import { faultsOf } from './jsonSchemaReasons';
import { jsonForShow } from './jsonText';

const MAX_ERRORS = 5;
const ALL_LIMIT = 64 * 1024;

/** Checks JSON values against a schema. @throws Error if the schema does not compile. */
export function jsonSchemaDecoder(contract: TailContract): Decoder {
  const { passes, some, all, formats } = judges(contract);
  const decode = (value: Uint8Array): Decoded | undefined => {
    if (value.length > DECODE_LIMIT) return undefined;
    const frame = registryFrame(value);
    // JSON text cannot begin with a zero byte: a frame is told for certain.
    const why = frame
      ? `It begins with a registry's frame, of the schema id ${frame.schemaId}, and the contract is a JSON Schema.`
      : 'The contract is a JSON Schema, and the value has no frame before it.';
    const shared = { as: 'json', why, tried: [] };
    const text = utf8(frame?.body ?? value);
    let parsed: unknown;
    try {
      if (text === undefined) throw new Error('it is not UTF-8 text');
      parsed = JSON.parse(text);
    } catch (error) {
      const reason = oneLine(error instanceof Error ? error.message : String(error), 200);
      return { ...shared, verdict: 'undecodable', errors: [`It is not JSON: ${reason}.`], faults: [{ path: '', reason: `is not JSON: ${reason}` }] };
    }
    // Laid out from the text: parsing has rounded large numbers.
    const shown = { ...shared, json: jsonForShow(text), preview: text };
    // As many faults as a large value may have are more than can be held.
    const faults = text.length <= ALL_LIMIT ? all(parsed) : some(parsed);
    if (faults === 'unchecked') {
      const reason = 'is nested deeper than can be checked';
      return { ...shown, verdict: 'unchecked', errors: [`The value ${reason}.`], faults: [{ path: '', reason }] };
    }
    const noted = faults.length === 0 && text.length <= ALL_LIMIT ? formats(parsed) : [];
    const note = noted.length === 0 ? '' : ` Its draft takes formats for notes that nothing has to keep to: ${noted.map(sentenceOf).join(' ')}`;
    return { ...shown, why: why + note, verdict: faults.length === 0 ? 'valid' : 'violates', errors: faults.map(sentenceOf), faults };
  };
  const check = (value: Uint8Array): Decoded['verdict'] | undefined => {
    if (value.length > DECODE_LIMIT) return undefined;
    let parsed: unknown;
    try {
      parsed = JSON.parse(utf8(registryFrame(value)?.body ?? value) ?? '');
    } catch {
      return 'undecodable';
    }
    const kept = passes(parsed);
    return kept === 'unchecked' ? kept : kept ? 'valid' : 'violates';
  };
  const computed = (value: Uint8Array): unknown => jsonValue(registryFrame(value)?.body ?? value);
  return { contract, decode, check, value: computed };
}

/** Whether a value keeps a contract: its faults. @throws Error if the schema does not compile. */
export function jsonSchemaJudge(contract: TailContract): (value: unknown) => readonly Fault[] {
  const { all } = judges(contract);
  return (value) => {
    const faults = all(value);
    return faults === 'unchecked' ? [{ path: '', reason: 'is nested deeper than can be checked' }] : faults;
  };
}

type Judge = (value: unknown) => readonly Fault[] | 'unchecked';

interface Judges {
  /** The verdict alone, as fast as can be. */
  passes(value: unknown): boolean | 'unchecked';
  /** Where it first breaks the contract. */
  readonly some: Judge;
  /** All that is wrong. */
  readonly all: Judge;
  /** What formats would say where the draft takes them for notes. */
  formats(value: unknown): readonly Fault[];
}

/** One validator decides on every message; only of one that fails, others look for what there is to say of it. */
function judges(contract: TailContract): Judges {
  const asserts = assertsFormats(contract);
  const decides = compile(contract, { validateFormats: asserts });
  const passes = (value: unknown): boolean | 'unchecked' => verdict(decides, value);
  let one: ValidateFunction | undefined;
  const some: Judge = (value) => {
    const kept = passes(value);
    if (kept !== false) return kept === true ? [] : kept;
    return told((one ??= compile(contract, { validateFormats: asserts, ...telling })), value, false) ?? BROKEN;
  };
  let every: ValidateFunction | undefined;
  const all: Judge = (value) => {
    const kept = passes(value);
    if (kept !== false) return kept === true ? [] : kept;
    // Going on behind a fault, the validator may fall over what it had ruled out (unevaluated properties, 8.20).
    return told((every ??= compile(contract, { validateFormats: asserts, ...telling, allErrors: true })), value, true) ?? some(value);
  };
  let notes: ValidateFunction | undefined;
  const formats = (value: unknown): readonly Fault[] =>
    asserts ? [] : (told((notes ??= compile(contract, { validateFormats: true, ...telling })), value, false) ?? []);
  return { passes, some, all, formats };
}

const telling = { verbose: true } as const;
const BROKEN: readonly Fault[] = [{ path: '', reason: 'breaks the schema' }];

/** A schema that holds itself checks level by level; too many of them end the stack. */
function verdict(validate: ValidateFunction, value: unknown): boolean | 'unchecked' {
  try {
    return validate(value);
  } catch {
    return 'unchecked';
  }
}

/** What a validator finds; undefined where it finds nothing or does not come to an end. */
function told(validate: ValidateFunction, value: unknown, isWhole: boolean): readonly Fault[] | undefined {
  if (verdict(validate, value) !== false) return undefined;
  return faultsOf(validate.errors ?? [], isWhole, MAX_ERRORS);
}

/** Drafts up to 7 let `format` be checked; from 2019-09 on it is a note unless a schema says otherwise, and so it is where no draft is named. */
function assertsFormats({ files }: TailContract): boolean {
  return /"\$schema"\s*:\s*"[^"]*draft-0[467]/.test(files[0]?.text ?? '');
}

interface Checks {
  readonly validateFormats: boolean;
  /** Errors bring the value and the schema that they are about, and their branches. */
  readonly verbose?: boolean;
  readonly allErrors?: boolean;
}

function compile(contract: TailContract, checks: Checks): ValidateFunction {
  const { documents, first, reference } = schemaFiles(contract);
  const options = { strict: false, ...checks, formats: { ...jsonFormats }, logger: false as const };
  const draft = String(first['$schema'] ?? '');
  const ajv = draft.includes('2020-12') ? new Ajv2020(options) : draft.includes('2019-09') ? new Ajv2019(options) : new Ajv(options);
  if (checks.verbose) withBranches(ajv);
  // The validator finds a document with an $id by that itself.
  for (const { id, schema } of documents) ajv.addSchema(schema, typeof schema['$id'] === 'string' ? undefined : id);
  return ajv.compile({ $ref: reference });
}
